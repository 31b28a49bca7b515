import { expect } from '@open-wc/testing';
import type { StepOf } from '@tweestap/client';
import { container, heading, light, login, named, press, shadow, submit } from '../testing/login.ts';
import { given } from '../testing/states/given.ts';
import { settled, type, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

describe('the ways back and forward', () => {
  it('shows the organisation and the username, with a link for another user', async () => {
    const { element, calls } = await login({
      responses: [given.totp, given.username],
      organisation: { id: 'de-linde', name: 'De Linde' },
    });
    await named(element);
    expect(shadow(element, '[part=identity] span').textContent).to.equal('De Linde\u00a0·\u00a0anna');
    await press(element, 'Not you?');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', action: 'back', to: 'username' }] });
  });

  it("shows the organisation's help below each step, and only a web address becomes a link", async () => {
    const help = { text: 'Ask <b>us</b>', url: 'javascript:alert(1)' };
    const organisation = { id: 'de-linde', name: '<img src=x onerror=alert(1)>', help };
    const { element } = await login({ responses: [given.totp], organisation });
    await named(element);
    expect(shadow(element, '[part=help]').textContent).to.contain('Ask <b>us</b>');
    expect(shadow(element, '[part=help] a')).to.equal(null);
    expect(shadow(element, '[part=identity]').textContent).to.contain('<img src=x');
    expect(shadow(element, 'img')).to.equal(null);
  });

  it('shows how long a lock lasts, and continues automatically at its end', async () => {
    const locked: StepOf<'locked'> = { ...given.locked, until: new Date(Date.now() + 200).toISOString() };
    const { element, calls } = await login({ responses: [locked, given.password] });
    await named(element);
    expect(shadow(element, '[part=description]').textContent).to.contain('You can try again in 1 second');
    await until(() => calls.length === 2);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'locked', action: 'poll' }] });
    await settled(element);
    expect(heading(element)).to.equal('Enter your password');
  });

  it('goes back to the step that the server names', async () => {
    const step = { ...given.totp, back: 'username' } as const;
    const { element, calls } = await login({ responses: [step, given.username] });
    await named(element);
    await press(element, 'Back');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', action: 'back', to: 'username' }] });
  });

  it('offers another method first if a lock does not end by waiting', async () => {
    const locked: StepOf<'locked'> = {
      type: 'locked',
      actions: ['poll', 'switch', 'back', 'extend'],
      ways: ['helpdesk'],
      methods: [{ method: 'recovery-code' }],
    };
    const { element, calls } = await login({ responses: [locked, given['recovery-code']] });
    await named(element);
    expect(heading(element)).to.equal('Too many attempts');
    expect(shadow(element, '[part~=primary]').textContent?.trim()).to.equal('Use a recovery code');
    expect(shadow(element, '[part=form]').textContent).to.contain('ask the help desk');
    await press(element, 'Use a recovery code');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'locked', action: 'switch', method: 'recovery-code' }] });
    expect(heading(element)).to.equal('Enter a recovery code');
  });

  it('starts the recovery in the same place if a lock allows a new password by email', async () => {
    const locked: StepOf<'locked'> = { type: 'locked', actions: ['poll', 'back', 'extend'], ways: ['reset'] };
    const { element, calls } = await login({ responses: [locked, given.identify] });
    await named(element);
    expect(shadow(element, '[part=form]').textContent).not.to.contain('help desk');
    await press(element, 'Choose a new password by email');
    await settled(element);
    const starts = calls.filter(({ method, path }) => method === 'POST' && path === '/flows');
    expect(starts.at(-1)?.body).to.deep.include({ kind: 'recover' });
    expect(heading(element)).to.equal('Choose a new password');
  });

  it('can defer recovery codes that are offered again', async () => {
    const again: StepOf<'recovery-codes'> = { ...given['recovery-codes'], actions: ['submit', 'later', 'extend'] };
    const { element, calls } = await login({ responses: [again, given.done] });
    await named(element);
    await press(element, 'Not now');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'recovery-codes', action: 'later' }] });
  });

  it('reports a lost connection, and can send the same request again', async () => {
    const { element, calls } = await login({ responses: [given.password, 'lost', given.totp] });
    const errors: string[] = [];
    element.addEventListener('mfa-error', (event) => errors.push((event as CustomEvent).detail.problem.code));
    await named(element);
    type(element, 'password', 'secret');
    await submit(element);
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('There’s no connection');
    expect(light(element, 'password')?.getAttribute('aria-invalid')).to.equal(null);
    expect(errors).to.deep.equal(['network']);
    await press(element, 'Try again');
    expect(calls[2]?.body).to.deep.equal(calls[1]?.body);
    expect(heading(element)).to.equal('Enter the code from your app');
  });

  it('shows when to try again after too many requests', async () => {
    const { element } = await login({
      responses: [given.totp, { refuse: { code: 'throttled', status: 429 }, retryAfter: 40 }],
    });
    await named(element);
    type(element, 'code', '123456');
    await settled(element);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal(
      'There were too many attempts. Try again in 40 seconds.',
    );
  });

  it('ends the flow, dispatches mfa-cancel and shows the first screen when it is cancelled', async () => {
    const { element, calls } = await login({ responses: [given.password] });
    let heard = 0;
    container.addEventListener('mfa-cancel', () => {
      heard += 1;
    });
    await named(element);
    await element.cancel();
    await element.updateComplete;
    expect(heard).to.equal(1);
    expect(calls.at(-1)?.method).to.equal('DELETE');
    expect(light(element, 'username')).to.be.instanceOf(HTMLInputElement);
  });
});

describe('R90 a flow warns before it expires, and keeps what the user entered', () => {
  it('shows a warning two minutes before the end, with a button for more time', async () => {
    const { element, calls } = await login({ responses: [given.totp], lives: 100 });
    await named(element);
    expect(shadow(element, '[part~=expiry] p').textContent).to.equal(
      'For your security, this page expires in 2 minutes.',
    );
    await press(element, 'I need more time');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', action: 'extend' }] });
  });

  it('replaces an expired flow automatically, with the same organisation and username', async () => {
    const { element, calls } = await login({
      responses: [given.password, { refuse: { code: 'flow-expired', status: 410 } }, given.password],
    });
    await named(element);
    type(element, 'password', 'secret');
    await submit(element);
    expect(calls[2]?.body).to.deep.equal(calls[0]?.body);
    expect(shadow(element, '[part=notice]').textContent).to.contain('we’ve started again');
    expect(heading(element)).to.equal('Enter your password');
  });

  it('sends no request when the flow expires, and keeps the username', async () => {
    const { element, calls } = await login({ responses: [given.password], lives: 0.3 });
    await named(element);
    await until(() => element.state.name === 'idle');
    await element.updateComplete;
    expect(calls).to.have.length(1);
    expect(light(element, 'username')?.value).to.equal('anna');
  });

  it('resumes the flow at its step after a reload', async () => {
    const { element } = await login({ responses: [], left: given.totp }, { resume: '' });
    await until(() => element.state.name === 'step');
    await element.updateComplete;
    expect(heading(element)).to.equal('Enter the code from your app');
  });
});

describe('the end', () => {
  it('reports the user and the methods, and then goes to the address that the server allowed', async () => {
    const returnTo = `${location.href.split('#')[0]}#went-on`;
    const { element } = await login({ responses: [{ ...given.done, returnTo }] });
    const heard: unknown[] = [];
    container.addEventListener('mfa-success', (event) => heard.push((event as CustomEvent).detail));
    await named(element);
    expect(heard).to.deep.equal([
      { user: 'user' in given.done && given.done.user, amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', recoveryCodesLeft: 2 },
    ]);
    await until(() => location.hash === '#went-on');
    history.replaceState(null, '', location.pathname + location.search);
  });

  it('R70 stays if the page prevents the default, and does not go to another origin that the server did not allow', async () => {
    const wentTo = await destinations(async () => {
      const { element } = await login(
        { responses: [given.done] },
        { organisation: 'de-linde', 'return-to': 'https://evil.example/#x' },
      );
      await named(element);
      const returnTo = `${location.href.split('#')[0]}#prevented`;
      const second = await login({ responses: [{ ...given.done, returnTo }] });
      second.element.addEventListener('mfa-success', (event) => event.preventDefault());
      await named(second.element);
      // An allowed address is recorded, which shows that `destinations` works.
      const third = await login({ responses: [{ ...given.done, returnTo: 'https://portal.example/home' }] });
      await named(third.element);
    });
    expect(wentTo).to.deep.equal(['https://portal.example/home']);
  });

  it('R35 shows a warning before it continues if few recovery codes are left', async () => {
    const returnTo = `${location.href.split('#')[0]}#read`;
    const { element } = await login({ responses: [given['recovery-code'], { ...given.done, returnTo }] });
    await named(element);
    const wentTo = await destinations(async () => {
      type(element, 'recovery-code', 'AAAA-BBBB-CCCC');
      await submit(element);
      expect(element.shadowRoot?.textContent).to.contain('You have 2 recovery codes left');
    });
    expect(wentTo).to.deep.equal([]);
    const pressed = await destinations(() => press(element, 'Continue'));
    expect(pressed).to.deep.equal([returnTo]);
  });

  it('shows how many recovery codes are left if they are few', async () => {
    const { element } = await login({ responses: [given.done] });
    await named(element);
    expect(element.shadowRoot?.textContent).to.contain('You have 2 recovery codes left');
  });
});

/** Returns the addresses to which the page would navigate. Navigations are prevented, and the delays of the elements are skipped. */
async function destinations(work: () => Promise<void>): Promise<string[]> {
  const { navigation } = window as unknown as { navigation: EventTarget };
  const found: string[] = [];
  const stay = (event: Event) => {
    event.preventDefault();
    found.push((event as Event & { destination: { url: string } }).destination.url);
  };
  const { setTimeout: later } = window;
  const due: (() => void)[] = [];
  // The polling of the test itself has shorter delays than the elements.
  const collect = (run: () => void, wait = 0) => (wait < 100 ? later(run, wait) : due.push(run));
  window.setTimeout = collect as unknown as typeof setTimeout;
  navigation.addEventListener('navigate', stay);
  try {
    await work();
    for (const run of due) run();
  } finally {
    window.setTimeout = later;
    navigation.removeEventListener('navigate', stay);
  }
  return found;
}
