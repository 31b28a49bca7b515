import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import { container, heading, light, login, named, shadow, submit } from '../testing/login.ts';
import type { Script } from '../testing/scripted-server.ts';
import { given } from '../testing/states/given.ts';
import { mount, type Scenario, settled, type, until } from '../testing/states/scenario.ts';
import { scenarios } from '../testing/states/scenarios.ts';
import '../mfa-enroll/mfa-enroll.ts';
import './mfa-login.ts';

const alert = (element: Element) => element.querySelector('[role=alert]')?.textContent;
const focused = () => document.activeElement?.getAttribute('name');

/** Presses Enter in the form, as a browser does: by its hidden button. */
const enter = async (element: FlowElement) => {
  const form = element.querySelector<HTMLFormElement>('form[data-mfa=form]');
  form?.requestSubmit(element.querySelector<HTMLButtonElement>('button[data-mfa=submit]'));
  await settled(element);
};

describe('Enter that is pressed several times', () => {
  const atPassword = async () => {
    let time = Date.UTC(2026, 5, 1, 12);
    const made = await login({ responses: [given.password, given.totp], now: () => time });
    await named(made.element);
    const wait = (ms: number) => {
      time += ms;
    };
    return { ...made, wait };
  };

  it('does not open the next step with an error, but later reports what is missing', async () => {
    const { element, calls, wait } = await atPassword();
    await enter(element);
    wait(700);
    await enter(element);
    expect(heading(element)).to.equal('Enter your password');
    expect(alert(element)).to.equal('');
    wait(200);
    await enter(element);
    expect(alert(element)).to.equal('Enter your password.');
    expect(calls).to.have.length(1);
  });

  it('submits what was typed at the next step, however soon that was', async () => {
    const { element, calls } = await atPassword();
    type(element, 'password', 'secret');
    await enter(element);
    expect(calls[1]?.body.inputs).to.deep.equal([{ step: 'password', password: 'secret' }]);
  });

  it('reports what is missing if the button is pressed, but ignores the second click of a double click', async () => {
    const { element, wait } = await atPassword();
    const click = async (detail: number) => {
      shadow(element, '[part~=primary]').dispatchEvent(
        new MouseEvent('click', { bubbles: true, composed: true, detail }),
      );
      await element.updateComplete;
    };
    await click(2);
    expect(alert(element)).to.equal('');
    await click(1);
    expect(alert(element)).to.equal('Enter your password.');
    wait(900);
    await click(2);
    expect(alert(element)).to.equal('Enter your password.');
  });
});

describe('the focus after a flow has expired', () => {
  const expired = async (focus: (element: FlowElement) => void) => {
    const { element } = await login({ responses: [given.password], lives: 0.3 });
    await named(element);
    focus(element);
    await until(() => element.state.name === 'idle');
    await element.updateComplete;
    await element.updateComplete;
    return element;
  };

  it('stays in the element if it was there', async () => {
    await expired((element) => light(element, 'password')?.focus());
    expect(focused()).to.equal('username');
  });

  it('is not taken from another field of the page', async () => {
    const other = Object.assign(document.createElement('input'), { name: 'search' });
    await expired(() => {
      container.append(other);
      other.focus();
    });
    expect(focused()).to.equal('search');
  });
});

describe('two elements that resume on one page', () => {
  const left = { responses: [], left: given.totp } satisfies Script;
  const resume = { organisation: 'de-linde', resume: '' };

  it('do not share a flow', async () => {
    const [one, other] = await Promise.all([login(left, resume), login(left, resume)]);
    await until(() => one.element.state.name === 'step' && other.calls.length > 0);
    await settled(other.element);
    expect(other.element.state.name).to.equal('idle');
    expect(heading(other.element)).to.equal('Log in');
  });

  it('give way to a flow that another element has started', async () => {
    const one = await login({ responses: [given.password] });
    await named(one.element);
    const other = await login({ ...left, left: given.password }, resume);
    await until(() => other.calls.length > 0);
    await settled(other.element);
    expect(other.element.state.name).to.equal('idle');
  });

  it('continue the flow of an element that is no longer in the page', async () => {
    const one = await login(left, resume);
    await until(() => one.element.state.name === 'step');
    one.element.remove();
    const other = await login(left, resume);
    await until(() => other.element.state.name === 'step');
  });
});

describe('a step whose last digit submits the code', () => {
  for (const name of ['totp', 'sms', 'email', 'enroll-totp-open', 'enroll-sms', 'enroll-push-screen']) {
    it(`says so above the code: ${name}`, async () => {
      const { element } = await mount(scenarios[name] as Scenario, container);
      const said = [...(element.shadowRoot?.querySelectorAll('[part~=description]') ?? [])].find(({ textContent }) =>
        textContent?.includes('We check it at the last digit.'),
      );
      expect(said).not.to.equal(undefined);
      const field = shadow(element, '[part~=code-field]');
      const follows = said?.compareDocumentPosition(field) ?? 0;
      expect(follows & Node.DOCUMENT_POSITION_FOLLOWING).to.be.above(0);
    });
  }
});

describe('a text that the server can not accept', () => {
  it('is reported at its field, and not as a failure of the server', async () => {
    const issues = [{ path: '/inputs/1/username', expected: 'a text without control characters' }];
    const { element } = await login({
      responses: [{ refuse: { code: 'malformed', status: 400, issues } }, given.password],
    });
    await named(element, 'an\u0007na');
    expect(alert(element)).to.contain('Some of these characters aren’t allowed');
    expect(light(element, 'username')?.getAttribute('aria-invalid')).to.equal('true');
    expect(shadow(element, '[part~=primary]').textContent?.trim()).to.equal('Continue');
    await named(element);
    expect(heading(element)).to.equal('Enter your password');
  });

  it('is reported at the recovery code, which the wire calls code', async () => {
    const issues = [{ path: '/inputs/0/code', expected: 'at most 64 characters' }];
    const { element } = await login({
      responses: [given['recovery-code'], { refuse: { code: 'malformed', status: 400, issues } }],
    });
    await named(element);
    type(element, 'recovery-code', 'abc');
    await submit(element);
    expect(light(element, 'recovery-code')?.getAttribute('aria-invalid')).to.equal('true');
    expect(focused()).to.equal('recovery-code');
  });

  it('remains a failure if it is not a text of this screen', async () => {
    const issues = [{ path: '/returnTo', expected: 'an address' }];
    const { element } = await login({ responses: [{ refuse: { code: 'malformed', status: 400, issues } }] });
    await named(element);
    expect(element.state.name).to.equal('failed');
  });

  it('is reported at the name of a new authenticator, and not at its code', async () => {
    const { element, calls } = await mount(
      {
        ...(scenarios['enroll-totp-open'] as Scenario),
        script: { responses: [given['enroll-totp'], { refuse: { code: 'bad-name' } }] },
      },
      container,
    );
    const name = () => shadow<HTMLInputElement>(element, '#name');
    type(element, 'name', 'x'.repeat(61));
    type(element, 'code', '123456');
    await settled(element);
    expect(calls).to.have.length(1);
    expect(alert(element)).to.equal('Enter at most 60 characters.');
    expect(name().value).to.have.length(61);
    expect(element.shadowRoot?.activeElement?.id).to.equal('name');
    expect(light(element, 'code')?.getAttribute('aria-invalid')).to.equal(null);
    type(element, 'name', 'x');
    type(element, 'code', '123456');
    await settled(element);
    expect(calls).to.have.length(2);
    expect(name().getAttribute('aria-invalid')).to.equal('true');
    expect(alert(element)).to.equal('This name contains characters that aren’t allowed.');
  });

  it('finds no organisation if it is too long to be searched', async () => {
    const { element } = await login({ responses: [given.username], organisations: [] }, {});
    type(element, 'organisation', 'a'.repeat(201));
    await until(() => shadow(element, '[part~=none]').textContent?.includes('No organisation found'));
    expect(alert(element)).to.equal('');
  });

  it('is a recovery code in full-width digits, which the element replaces', async () => {
    const { element, calls } = await login({ responses: [given['recovery-code'], given.done] });
    await named(element);
    type(element, 'recovery-code', ' ７K3M-QX9A-２WDT ');
    await submit(element);
    expect(calls[1]?.body.inputs).to.deep.equal([{ step: 'recovery-code', code: '7K3M-QX9A-2WDT' }]);
  });
});
