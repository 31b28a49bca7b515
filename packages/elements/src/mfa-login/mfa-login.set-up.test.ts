import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import { container, submit } from '../testing/login.ts';
import { given } from '../testing/states/given.ts';
import { mount, settled, type, until } from '../testing/states/scenario.ts';
import { scenarios } from '../testing/states/scenarios.ts';
import './mfa-login.ts';

const words = (element: FlowElement) => element.shadowRoot?.textContent ?? '';
const buttons = (element: FlowElement) => [...(element.shadowRoot?.querySelectorAll('button') ?? [])];
const press = (element: FlowElement, name: string) =>
  buttons(element)
    .find(({ textContent }) => textContent?.includes(name))
    ?.click();
const show = (name: string, ...more: (typeof given)[keyof typeof given][]) => {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`unknown state ${name}`);
  return mount(
    { ...scenario, script: { ...scenario.script, responses: [...scenario.script.responses, ...more] } },
    container,
  );
};

describe('mfa-login, enrolment', () => {
  it('P1 the offer shows until when it can be deferred, and how many days are left', async () => {
    const { element } = await show('enroll-offer');
    expect(words(element)).to.contain('You can postpone this until Tuesday 30 June (12 days left).');
    container.replaceChildren();
    const last = await show('enroll-offer-last-day');
    expect(words(last.element)).to.contain('Today is the last day that you can postpone this.');
  });

  it("P1 a mandatory offer has no 'not now'", async () => {
    const { element } = await show('enroll-offer-mandatory');
    expect(words(element)).to.contain('Your organisation requires this for everyone');
    expect(words(element)).not.to.contain('Not now');
    expect(words(element)).to.contain('Yes, each time you log in.');
  });

  it('submits the acceptance of the offer and the chosen method', async () => {
    const { element, calls } = await show('enroll-offer', given['enroll-method']);
    element.shadowRoot?.querySelector<HTMLElement>('[part~=primary]')?.click();
    await settled(element);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'enroll-offer', action: 'accept' }] });
    press(element, 'With an authenticator app');
    await settled(element);
    expect(calls[2]?.body).to.deep.equal({ inputs: [{ step: 'enroll-method', method: 'totp' }] });
  });

  for (const name of ['enroll-offer', 'enroll-method', 'enroll-totp-open'] as const) {
    it(`P10 'not now' at ${name} defers the enrolment and dispatches mfa-later, then mfa-success`, async () => {
      const heard: string[] = [];
      for (const event of ['mfa-later', 'mfa-success']) container.addEventListener(event, () => heard.push(event));
      const { element, calls } = await show(name, { ...given.done, amr: ['pwd'], acr: 'aal1' });
      press(element, 'Not now');
      await settled(element);
      const step = name.replace('-open', '');
      expect(calls[1]?.body).to.deep.equal({ inputs: [{ step, action: 'later' }] });
      expect(heard).to.deep.equal(['mfa-later', 'mfa-success']);
    });
  }

  it('does not dispatch mfa-later after a login without a deferral', async () => {
    let heard = 0;
    container.addEventListener('mfa-later', () => {
      heard += 1;
    });
    const { element } = await show('totp', given.done);
    type(element, 'code', '123456');
    await settled(element);
    expect(heard).to.equal(0);
  });

  it('focuses the heading, so that the QR code is not scrolled away, and after an error the code', async () => {
    const { element } = await show('enroll-totp-open', given['recovery-codes']);
    await until(() => element.shadowRoot?.activeElement?.id === 'heading');
    const parts = [...(element.shadowRoot?.querySelectorAll('[part~=qr], [part~=code-input], [part~=apps]') ?? [])];
    expect(parts.map((part) => part.getAttribute('part'))).to.deep.equal(['qr', 'apps', 'code-input']);
    type(element, 'code', '12345');
    await submit(element);
    expect(document.activeElement).to.equal(element.querySelector('[name=code]'));
  });

  it('submits the name of the app with the code', async () => {
    const { element, calls } = await show('enroll-totp-open', given['recovery-codes']);
    type(element, 'name', ' My phone ');
    type(element, 'code', '123456');
    await settled(element);
    expect(calls[1]?.body.inputs?.[0]).to.deep.equal({ step: 'enroll-totp', code: '123456', name: 'My phone' });
  });

  it('P4 only https addresses become links to apps', async () => {
    const step = { ...given['enroll-totp'], apps: [{ name: 'x', system: 'ios' as const, url: 'javascript:alert(1)' }] };
    const { element } = await mount(
      { ...scenarios['enroll-totp-open'], script: { responses: [step] } } as (typeof scenarios)[string],
      container,
    );
    expect(element.shadowRoot?.querySelector('[part=apps] a')?.getAttribute('href')).to.equal(null);
  });

  it('shows how far the clock of the phone is off during the enrolment', async () => {
    const { element } = await show('enroll-totp-clock');
    expect(element.querySelector('[role=alert]')?.textContent).to.contain(
      'Your phone’s clock is about 2 minutes ahead.',
    );
  });
});
