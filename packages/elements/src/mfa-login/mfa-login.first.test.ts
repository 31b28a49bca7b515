import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import { container, hasFlowCode, heading, light, login, named, shadow, submit } from '../testing/login.ts';
import { given, organisations } from '../testing/states/given.ts';
import { submitForm, type, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

describe('before the first response', () => {
  it('shows the first field, and sends no request until the user submits it', async () => {
    const { element, calls } = await login({ responses: [given.password] });
    expect(light(element, 'username')).to.be.instanceOf(HTMLInputElement);
    await until(() => hasFlowCode(element));
    expect(calls).to.deep.equal([]);
  });

  it('shows the search for an organisation first if the page has not set one', async () => {
    const { element } = await login({ responses: [given.username] }, {});
    expect(shadow(element, '[role=combobox]')).to.be.instanceOf(HTMLInputElement);
    expect(element.querySelectorAll('input').length).to.equal(0);
  });

  it('sends the typed username with the start, after the organisation of the page', async () => {
    const { element, calls } = await login({ responses: [given.password] });
    type(element, 'username', ' anna ');
    await submit(element);
    expect(calls).to.have.length(1);
    expect(calls[0]?.path).to.equal('/flows');
    expect(calls[0]?.body).to.deep.equal({
      kind: 'login',
      inputs: [
        { step: 'organisation', organisation: 'de-linde' },
        { step: 'username', username: 'anna' },
      ],
    });
    expect(heading(element)).to.equal('Enter your password');
  });

  it('keeps the typed username if the flow starts at another step', async () => {
    const { element, calls } = await login({
      responses: [{ refuse: { code: 'unknown-organisation', input: 0 }, step: given.organisation }, given.username],
    });
    await named(element);
    expect(heading(element)).to.equal('Choose your organisation');
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('We don’t recognise this organisation');
    type(element, 'organisation', 'De Linde');
    await submit(element);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'organisation', organisation: 'de-linde' }] });
    expect(light(element, 'username')?.value).to.equal('anna');
  });

  it('does not submit an empty field, and shows at the field what is missing', async () => {
    const { element, calls } = await login({ responses: [given.password] });
    await submit(element);
    expect(calls).to.have.length(0);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Enter your username.');
    expect(light(element, 'username')?.getAttribute('aria-invalid')).to.equal('true');
    expect(document.activeElement).to.equal(light(element, 'username'));
  });

  it('reports a username that is too long at its field, sends nothing and keeps the text', async () => {
    const { element, calls } = await login({ responses: [given.password] });
    const long = 'a'.repeat(257);
    type(element, 'username', long);
    await submit(element);
    expect(calls).to.have.length(0);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Enter at most 256 characters.');
    expect(light(element, 'username')?.value).to.equal(long);
    expect(light(element, 'username')?.getAttribute('aria-invalid')).to.equal('true');
    type(element, 'username', 'a'.repeat(256));
    await submit(element);
    expect(calls).to.have.length(1);
  });

  const limits = {
    password: [given.password, 'password', 1024],
    'recovery-code': [given['recovery-code'], 'recovery-code', 64],
  } as const;
  for (const [step, [first, field, limit]] of Object.entries(limits)) {
    it(`reports a text above the limit of ${limit} characters at the step ${step}`, async () => {
      const { element, calls } = await login({ responses: [first] });
      await named(element);
      type(element, field, 'x'.repeat(limit + 1));
      await submit(element);
      expect(calls).to.have.length(1);
      expect(element.querySelector('[role=alert]')?.textContent).to.equal(`Enter at most ${limit} characters.`);
    });
  }

  it('ignores a second submission while a request is running', async () => {
    const { element, calls } = await login({ responses: ['never'] });
    type(element, 'username', 'anna');
    submitForm(element);
    submitForm(element);
    await until(() => calls.length > 0);
    submitForm(element);
    expect(calls).to.have.length(1);
  });
});

describe('R88 password managers', () => {
  it('find a read-only username before the password, which is removed only after success', async () => {
    const { element } = await login({
      responses: [given.password, { refuse: { code: 'wrong-credentials' } }, given.totp],
    });
    await named(element);
    const inputs = [...element.querySelectorAll('input')];
    expect(inputs.map(({ autocomplete }) => autocomplete)).to.deep.equal(['username', 'current-password']);
    expect(inputs[0]?.readOnly).to.equal(true);
    expect(inputs[0]?.value).to.equal('anna');
    type(element, 'password', 'wrong');
    await submit(element);
    expect(light(element, 'password')).to.equal(inputs[1]);
    expect(light(element, 'password')?.value).to.equal('wrong');
    type(element, 'password', 'right');
    await submit(element);
    expect(light(element, 'password')).to.equal(null);
    expect(light(element, 'code')?.autocomplete).to.equal('one-time-code');
  });

  it('find the same password input after it was shown, and the label of the button changes', async () => {
    const { element } = await login({ responses: [given.password] });
    await named(element);
    const reveal = shadow(element, '[part=reveal]');
    expect(reveal.getAttribute('aria-label')).to.equal('Show password');
    reveal.click();
    await element.updateComplete;
    expect(light(element, 'password')?.type).to.equal('text');
    expect(reveal.getAttribute('aria-label')).to.equal('Hide password');
  });
});

describe('texts', () => {
  it('are in the language of the nearest ancestor, which can change', async () => {
    container.lang = 'nl-BE';
    const { element } = await login({ responses: [given.password] });
    expect(heading(element)).to.equal('Inloggen');
    element.lang = 'en';
    await until(() => heading(element) === 'Log in');
  });

  it('can be replaced by texts of the page', async () => {
    const { element } = await login({ responses: [given.password] });
    element.messages = { 'username.label': 'Staff number' };
    await element.updateComplete;
    expect(shadow(element, '[part=label]').textContent).to.equal('Staff number');
    expect(light(element, 'username')?.getAttribute('aria-label')).to.equal('Staff number');
  });

  it('of an error are announced again if the same error occurs again', async () => {
    const { element } = await login({ responses: [given.password, { refuse: { code: 'wrong-credentials' } }] });
    await named(element);
    let said = 0;
    const alert = element.querySelector('[role=alert]') as Element;
    new MutationObserver(() => {
      said += 1;
    }).observe(alert, { childList: true });
    for (const password of ['a', 'b']) {
      type(element, 'password', password);
      await submit(element);
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(said).to.equal(2);
  });
});

describe('the classic layout', () => {
  const classic = { layout: 'classic' };
  const fill = async (element: FlowElement, username: string, password: string) => {
    type(element, 'username', username);
    type(element, 'password', password);
    await submit(element);
  };

  it('submits organisation, username and password together, in this order', async () => {
    const { element, calls } = await login({ responses: [given.totp], organisations }, classic);
    type(element, 'organisation', 'linde');
    await until(() => shadow(element, '[part~=option]') && light(element, 'password'));
    await fill(element, 'anna', 'secret');
    expect(calls.at(-1)?.body.inputs).to.deep.equal([
      { step: 'organisation', organisation: 'de-linde' },
      { step: 'username', username: 'anna' },
      { step: 'password', password: 'secret' },
    ]);
    expect(heading(element)).to.equal('Enter the code from your app');
  });

  it('shows a refusal at its field, and goes back for a changed username', async () => {
    const { element, calls } = await login(
      { responses: [{ refuse: { code: 'wrong-credentials' }, step: given.password }, given.totp] },
      { ...classic, organisation: 'de-linde' },
    );
    await until(() => light(element, 'password'));
    await fill(element, 'anna', 'wrong');
    expect(light(element, 'password')?.getAttribute('aria-invalid')).to.equal('true');
    expect(light(element, 'username')?.getAttribute('aria-invalid')).to.equal(null);
    await fill(element, 'bert', 'right');
    expect(calls[1]?.body.inputs).to.deep.equal([
      { step: 'password', action: 'back', to: 'username' },
      { step: 'username', username: 'bert' },
      { step: 'password', password: 'right' },
    ]);
  });
});
