import { expect } from '@open-wc/testing';
import type { StepOf } from '@tweestap/client';
import { assertion, type FakePasskeys, fakePasskeys, registration, requestOptions } from '../testing/fake-passkeys.ts';
import { hasFlowCode, heading, light, login, named, press, shadow, submit } from '../testing/login.ts';
import type { ScriptedResponse } from '../testing/scripted-server.ts';
import { choice, given, passkeyOffer } from '../testing/states/given.ts';
import { settled, submitForm, type, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

const offered: StepOf<'username'> = { ...given.username, passkey: requestOptions };
const later: StepOf<'username'> = { ...offered, passkey: { ...requestOptions, challenge: 'bGF0ZXI' } };
const manyMethods: StepOf<'totp'>['methods'] = [{ method: 'passkey' }, { method: 'totp' }, { method: 'recovery-code' }];
const used = { step: 'username', action: 'passkey', credential: assertion };
const alert = (element: Element) => element.querySelector('[role=alert]')?.textContent;

/** Shows the login in a browser with these passkeys. */
const withPasskeys = (responses: ScriptedResponse[], passkeys: FakePasskeys, attributes = {}) =>
  login({ responses, passkeys }, { organisation: 'de-linde', ...attributes });

describe('passkeys in the autofill of the username', () => {
  const autofill = () => fakePasskeys({ autofill: true });

  it('start the flow after the first screen, and log in without a username', async () => {
    const passkeys = autofill();
    const { element, calls } = await withPasskeys([offered, given.done], passkeys);
    await until(() => passkeys.asked.length === 1);
    expect(passkeys.asked[0]).to.include({ what: 'get', conditional: true, challenge: requestOptions.challenge });
    expect(calls[0]?.body).to.deep.equal({
      kind: 'login',
      inputs: [{ step: 'organisation', organisation: 'de-linde' }],
    });
    expect(light(element, 'username')?.getAttribute('autocomplete')).to.equal('username webauthn');
    passkeys.asked[0]?.accept();
    await until(() => calls.length === 2);
    await settled(element);
    expect(calls[1]?.body.inputs).to.deep.equal([used]);
    expect(heading(element)).to.equal('You are logged in');
  });

  it('send no request without autofill or without an organisation', async () => {
    const plain = await withPasskeys([offered], fakePasskeys());
    const open = await login({ responses: [offered], passkeys: autofill() }, {});
    for (const { element, calls } of [plain, open]) {
      await until(() => hasFlowCode(element));
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(calls).to.deep.equal([]);
    }
  });

  it('wait until an organisation is chosen', async () => {
    const passkeys = autofill();
    const organisations = [{ id: 'de-linde', name: 'De Linde' }];
    const { element } = await login({ responses: [offered], passkeys, organisations }, {});
    type(element, 'organisation', 'De Linde');
    await until(() => shadow(element, '[part~=option]'));
    await submit(element);
    await until(() => passkeys.asked.length === 1);
  });

  it('keep what the user types while the flow starts, and move neither focus nor field', async () => {
    const passkeys = autofill();
    const organisation = { id: 'de-linde', name: 'De Linde' };
    const script = { responses: [offered], passkeys, organisation };
    const { element } = await login(script, { organisation: 'de-linde' });
    const { top } = shadow(element, '[part=input]').getBoundingClientRect();
    type(element, 'username', 'ann');
    await until(() => passkeys.asked.length === 1);
    await element.updateComplete;
    expect(light(element, 'username')?.value).to.equal('ann');
    expect(document.activeElement).to.equal(light(element, 'username'));
    expect(shadow(element, '[part=input]').getBoundingClientRect().top).to.equal(top);
    expect(shadow(element, '[part=notice]')).to.equal(null);
  });

  it('let Enter submit a username that was typed before the flow had started', async () => {
    const passkeys = autofill();
    const { element, calls } = await withPasskeys([offered, given.password], passkeys);
    type(element, 'username', 'anna');
    await until(() => passkeys.asked.length === 1);
    await element.updateComplete;
    const form = element.querySelector<HTMLFormElement>('form[data-mfa=form]');
    form?.requestSubmit(element.querySelector<HTMLButtonElement>('button[data-mfa=submit]'));
    await until(() => calls.length === 2);
    await settled(element);
    expect(heading(element)).to.equal('Enter your password');
  });

  it('make a username that is submitted meanwhile wait, so that there is one flow', async () => {
    const passkeys = autofill();
    let answer = (_step: StepOf<'username'>) => {};
    const start = new Promise<StepOf<'username'>>((resolve) => {
      answer = resolve;
    });
    const { element, calls } = await withPasskeys([start, given.password], passkeys);
    await until(() => calls.length === 1);
    type(element, 'username', 'anna');
    submitForm(element);
    answer(offered);
    await until(() => calls.length === 2);
    await settled(element);
    expect(calls.map(({ path }) => path)).to.deep.equal(['/flows', '/flows/flow']);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'username', username: 'anna' }] });
    expect(heading(element)).to.equal('Enter your password');
    expect(passkeys.asked).to.deep.equal([]);
  });

  it('are not needed: after a failed start, the username starts a flow', async () => {
    const passkeys = autofill();
    const { element, calls } = await withPasskeys(['lost', given.password], passkeys);
    await until(() => calls.length === 1);
    await new Promise((resolve) => setTimeout(resolve));
    expect(element.state.name).to.equal('idle');
    expect(alert(element)).to.equal('');
    await named(element);
    expect(calls[1]?.body.inputs?.at(-1)).to.deep.equal({ step: 'username', username: 'anna' });
    expect(heading(element)).to.equal('Enter your password');
  });

  it('are no longer offered when the username is submitted', async () => {
    const passkeys = autofill();
    const { element } = await withPasskeys([offered, given.password], passkeys);
    await until(() => passkeys.asked.length === 1);
    await named(element);
    expect(passkeys.asked[0]?.ended).to.equal(true);
  });

  it('are offered again with the new challenge after a refusal, and an unknown one is reported to the browser', async () => {
    const passkeys = autofill();
    const refusal = { refuse: { code: 'wrong-passkey', unknown: true } as const, step: later };
    const { element } = await withPasskeys([offered, refusal], passkeys);
    await until(() => passkeys.asked.length === 1);
    passkeys.asked[0]?.accept();
    await until(() => passkeys.asked.length === 2);
    await settled(element);
    expect(passkeys.asked[1]).to.include({ conditional: true, challenge: 'bGF0ZXI', ended: false });
    expect(passkeys.signals).to.deep.equal([{ rpId: 'delinde.example', credentialId: assertion.id }]);
    expect(alert(element)).to.contain('We don’t recognise this passkey');
    expect(light(element, 'username')?.getAttribute('aria-invalid')).to.equal(null);
  });

  it('R90 end with the flow without a notice, and are offered again at the next focus', async () => {
    const passkeys = autofill();
    const { element, calls } = await login({ responses: [offered], passkeys, lives: 0.3 });
    await until(() => passkeys.asked.length === 1);
    expect(shadow(element, '[part~=expiry]')).to.equal(null);
    await until(() => passkeys.asked[0]?.ended);
    await element.updateComplete;
    expect(shadow(element, '[part=notice]')).to.equal(null);
    expect(calls).to.have.length(1);
    // A page in the background gets no focus, so the event is dispatched.
    light(element, 'username')?.dispatchEvent(new FocusEvent('focusin', { bubbles: true }));
    await until(() => passkeys.asked.length === 2);
  });
});

describe('the button ‘Log in with a passkey’', () => {
  it('asks the browser, which the primary button does not wait for', async () => {
    const passkeys = fakePasskeys({ autofill: true });
    const { element, calls } = await withPasskeys([offered, given.password], passkeys);
    await until(() => shadow(element, '[part~=secondary]'));
    shadow(element, '[part~=secondary]').click();
    await until(() => passkeys.asked.some(({ conditional }) => !conditional));
    await element.updateComplete;
    expect(shadow(element, '[part~=secondary]').getAttribute('part')).to.contain('busy');
    await named(element);
    expect(calls[1]?.body.inputs).to.deep.equal([{ step: 'username', username: 'anna' }]);
    expect(heading(element)).to.equal('Enter your password');
    expect(passkeys.asked.at(-1)?.ended).to.equal(true);
  });

  it('reports a cancelled prompt, and works again; the autofill is offered again', async () => {
    const passkeys = fakePasskeys({ autofill: true });
    const { element, calls } = await withPasskeys([offered, given.done], passkeys);
    await until(() => shadow(element, '[part~=secondary]'));
    await press(element, 'Log in with a passkey');
    await until(() => passkeys.asked.at(-1)?.conditional === false);
    passkeys.asked.at(-1)?.fail('passkey-cancelled');
    await until(() => alert(element));
    expect(alert(element)).to.equal('No passkey was used. Try again. You can also log in another way.');
    await until(() => passkeys.asked.at(-1)?.conditional);
    await press(element, 'Log in with a passkey');
    await until(() => passkeys.asked.at(-1)?.conditional === false);
    passkeys.asked.at(-1)?.accept();
    await until(() => calls.length === 2);
    await settled(element);
    expect(heading(element)).to.equal('You are logged in');
  });

  it('is absent without WebAuthn, and where the organisation has no passkeys', async () => {
    for (const [step, available] of [
      [offered, false],
      [given.username, true],
    ] as const) {
      const { element } = await withPasskeys([step], fakePasskeys({ available }));
      await named(element);
      expect(shadow(element, '[part~=secondary]')).to.equal(null);
    }
  });

  it('is in the classic layout too', async () => {
    const passkeys = fakePasskeys({ autofill: true });
    const { element } = await withPasskeys([offered, given.done], passkeys, { layout: 'classic' });
    await until(() => light(element, 'password') && shadow(element, '[part~=secondary]'));
    await press(element, 'Log in with a passkey');
    await until(() => passkeys.asked.at(-1)?.conditional === false);
  });
});

describe('a passkey as the second step', () => {
  it('is used with the primary button, and the device can be remembered', async () => {
    const passkeys = fakePasskeys();
    const { element, calls } = await withPasskeys([given.passkey, given.done], passkeys);
    await named(element);
    shadow<HTMLInputElement>(element, '#remember').click();
    await press(element, 'Use passkey');
    await until(() => passkeys.asked.length === 1);
    passkeys.asked[0]?.accept();
    await until(() => calls.length === 2);
    await settled(element);
    expect(calls[1]?.body.inputs).to.deep.equal([{ step: 'passkey', credential: assertion, remember: true }]);
  });

  it('can be replaced by another way while the browser asks', async () => {
    const passkeys = fakePasskeys();
    const { element, calls } = await withPasskeys([given.passkey, given.totp], passkeys);
    await named(element);
    await press(element, 'Use passkey');
    await until(() => passkeys.asked.length === 1);
    expect(shadow(element, '[part=other-ways] summary').textContent).to.equal('Other ways to log in');
    await press(element, 'Use a code from your app');
    expect(passkeys.asked[0]?.ended).to.equal(true);
    expect(calls[1]?.body.inputs).to.deep.equal([{ step: 'passkey', action: 'switch', method: 'totp' }]);
    expect(heading(element)).to.equal('Enter the code from your app');
    expect(alert(element)).to.equal('');
  });

  it('has the list of other ways closed, also after it was opened at the step before', async () => {
    const { element } = await withPasskeys([given.passkey, { ...given.totp, methods: manyMethods }], fakePasskeys());
    await named(element);
    const list = () => shadow<HTMLDetailsElement>(element, '[part=other-ways]');
    expect(list().open).to.equal(false);
    list().open = true;
    await press(element, 'Use a code from your app');
    expect(heading(element)).to.equal('Enter the code from your app');
    expect(list().open).to.equal(false);
  });

  it('has no list where there is one other way', async () => {
    const one = { ...given.passkey, methods: [{ method: 'passkey' }, { method: 'totp' }] } satisfies StepOf<'passkey'>;
    const { element } = await withPasskeys([one], fakePasskeys());
    await named(element);
    expect(shadow(element, '[part=other-ways]')).to.equal(null);
    expect(shadow(element, '[part=links] [part=link]').textContent).to.equal('Use a code from your app');
  });

  it('speaks of another way after a failure only if there is one', async () => {
    const alone = { ...given.passkey, methods: [{ method: 'passkey' }] } satisfies StepOf<'passkey'>;
    for (const [step, more] of [
      [given.passkey, ' You can also log in another way.'],
      [alone, ''],
    ] as const) {
      const passkeys = fakePasskeys();
      const { element } = await withPasskeys([step], passkeys);
      await named(element);
      await press(element, 'Use passkey');
      await until(() => passkeys.asked.length === 1);
      passkeys.asked[0]?.fail('passkey-cancelled');
      await until(() => alert(element));
      expect(alert(element)).to.equal(`No passkey was used. Try again.${more}`);
      element.remove();
    }
  });

  it('leads to another method first in a browser without WebAuthn', async () => {
    const { element, calls } = await withPasskeys([given.passkey, given.totp], fakePasskeys({ available: false }));
    await named(element);
    expect(shadow(element, '[part=description]').textContent).to.contain('This browser can’t use passkeys');
    await press(element, 'Use a code from your app');
    expect(calls[1]?.body.inputs).to.deep.equal([{ step: 'passkey', action: 'switch', method: 'totp' }]);
  });
});

describe('the set-up of a passkey', () => {
  it('creates one with the typed name', async () => {
    const passkeys = fakePasskeys();
    const { element, calls } = await withPasskeys([given['enroll-passkey'], given.done], passkeys);
    await named(element);
    type(element, 'name', ' My laptop ');
    await press(element, 'Create passkey');
    await until(() => passkeys.asked.length === 1);
    passkeys.asked[0]?.accept();
    await until(() => calls.length === 2);
    expect(calls[1]?.body.inputs).to.deep.equal([
      { step: 'enroll-passkey', credential: registration, name: 'My laptop' },
    ]);
  });

  for (const [code, words] of [
    ['passkey-cancelled', 'No passkey was created'],
    ['passkey-timeout', 'That took too long'],
    ['passkey-registered', 'already has a passkey'],
    ['passkey-unverified', 'no PIN or fingerprint'],
    ['passkey-not-allowed', 'at this web address'],
    ['passkey-failed', 'couldn’t use a passkey'],
  ] as const) {
    it(`explains ${code}, keeps the button and offers another way`, async () => {
      const passkeys = fakePasskeys();
      const { element, calls } = await withPasskeys([choice, given['enroll-passkey'], choice], passkeys);
      await named(element);
      shadow(element, '[part~=method]').click();
      await until(() => heading(element) === 'Create a passkey');
      await press(element, 'Create passkey');
      await until(() => passkeys.asked.length === 1);
      passkeys.asked[0]?.fail(code);
      await until(() => alert(element));
      await element.updateComplete;
      expect(alert(element)).to.contain(words).and.to.contain('You can also choose another way.');
      expect(shadow(element, '[part~=primary]').getAttribute('aria-disabled')).to.equal('false');
      await press(element, 'Choose another way');
      expect(calls[2]?.body.inputs).to.deep.equal([{ step: 'enroll-passkey', action: 'back', to: 'enroll-method' }]);
    });
  }

  it('speaks of no other way where no other method can be chosen', async () => {
    const passkeys = fakePasskeys();
    const { element } = await withPasskeys([given['enroll-passkey']], passkeys);
    await named(element);
    await press(element, 'Create passkey');
    await until(() => passkeys.asked.length === 1);
    passkeys.asked[0]?.fail('passkey-failed');
    await until(() => alert(element));
    expect(alert(element)).to.equal('Your device couldn’t use a passkey. Try again.');
    const without = await withPasskeys([given['enroll-passkey']], fakePasskeys({ available: false }));
    await named(without.element);
    expect(shadow(without.element, '[part=description]').textContent).to.equal(
      'This browser can’t create passkeys. Use another browser or device.',
    );
  });

  it('offers another way in a browser without WebAuthn', async () => {
    const responses = [choice, given['enroll-passkey']];
    const { element, calls } = await withPasskeys(responses, fakePasskeys({ available: false }));
    await named(element);
    shadow(element, '[part~=method]').click();
    await until(() => heading(element) === 'Create a passkey');
    expect(shadow(element, '[part=description]').textContent).to.contain('This browser can’t create passkeys');
    await press(element, 'Choose another way');
    expect(calls[2]?.body.inputs).to.deep.equal([{ step: 'enroll-passkey', action: 'back', to: 'enroll-method' }]);
  });
});

describe('the offer of a passkey', () => {
  const unsupported = { step: 'enroll-offer', action: 'later', unsupported: true };
  const created = { step: 'enroll-offer', action: 'passkey', credential: registration };

  it('is skipped without WebAuthn, and the page is not told that the user has deferred it', async () => {
    const { element, calls } = await withPasskeys(
      [given.password, passkeyOffer, given.done],
      fakePasskeys({ available: false }),
    );
    let heard = 0;
    element.addEventListener('mfa-later', () => {
      heard += 1;
    });
    await named(element);
    type(element, 'password', 'secret');
    await submit(element);
    expect(calls.at(-1)?.body.inputs).to.deep.equal([unsupported]);
    expect(heading(element)).to.equal('You are logged in');
    expect(heard).to.equal(0);
  });

  it('is accepted without a question if the browser creates a passkey silently', async () => {
    const passkeys = fakePasskeys({ conditionalCreate: true });
    const { element, calls } = await withPasskeys([passkeyOffer, given.done], passkeys);
    type(element, 'username', 'anna');
    submitForm(element);
    await until(() => passkeys.asked.length === 1);
    expect(passkeys.asked[0]).to.include({ what: 'create', conditional: true });
    expect(element.state.name).to.equal('busy');
    passkeys.asked[0]?.accept();
    await settled(element);
    expect(calls.at(-1)?.body.inputs).to.deep.equal([created]);
    expect(heading(element)).to.equal('You are logged in');
  });

  it('leaves the screen as it is while the browser creates a passkey silently', async () => {
    const passkeys = fakePasskeys({ conditionalCreate: true });
    const { element } = await withPasskeys([given.totp, passkeyOffer, given.done], passkeys);
    await named(element);
    type(element, 'code', '123456');
    await until(() => passkeys.asked.length === 1);
    element.requestUpdate();
    await element.updateComplete;
    expect(heading(element)).to.equal('Enter the code from your app');
    expect(shadow(element, '[part~=primary]').getAttribute('part')).to.contain('busy');
    expect(light(element, 'code')).to.be.instanceOf(HTMLInputElement);
    passkeys.asked[0]?.accept();
    await settled(element);
    expect(heading(element)).to.equal('You are logged in');
  });

  it('is shown if the browser creates none silently, and its button asks the browser', async () => {
    const passkeys = fakePasskeys({ conditionalCreate: true });
    const { element, calls } = await withPasskeys([passkeyOffer, given.done], passkeys);
    type(element, 'username', 'anna');
    submitForm(element);
    await until(() => passkeys.asked.length === 1);
    passkeys.asked[0]?.fail('passkey-cancelled');
    await settled(element);
    expect(heading(element)).to.equal('Log in faster next time');
    expect(alert(element)).to.equal('');
    await press(element, 'Create a passkey');
    await until(() => passkeys.asked.length === 2);
    expect(passkeys.asked[1]?.conditional).to.equal(false);
    passkeys.asked[1]?.accept();
    await until(() => calls.length === 2);
    expect(calls[1]?.body.inputs).to.deep.equal([created]);
  });

  it('speaks of no other way after a failure, because there is only ‘Not now’', async () => {
    const passkeys = fakePasskeys();
    const { element } = await withPasskeys([passkeyOffer], passkeys);
    await named(element);
    await press(element, 'Create a passkey');
    await until(() => passkeys.asked.length === 1);
    passkeys.asked[0]?.fail('passkey-cancelled');
    await until(() => alert(element));
    expect(alert(element)).to.equal('No passkey was created. Try again.');
  });

  it('can be deferred', async () => {
    const { element, calls } = await withPasskeys([passkeyOffer, given.done], fakePasskeys());
    await named(element);
    await press(element, 'Not now');
    expect(calls[1]?.body.inputs).to.deep.equal([{ step: 'enroll-offer', action: 'later' }]);
  });
});
