import { expect } from '@open-wc/testing';
import type { StepOf } from '@tweestap/client';
import type { FlowElement } from '../element/flow-element.ts';
import type { Script } from '../testing/scripted-server.ts';
import { given, organisations, settled, stand, type } from '../testing/states.ts';
import './mfa-login.ts';

let room: HTMLElement;
beforeEach(() => {
  room = document.body.appendChild(document.createElement('div'));
});
afterEach(() => room.remove());

const login = (script: Script, attributes: Record<string, string> = { organisation: 'de-linde' }) =>
  stand({ tag: 'mfa-login', attributes, script }, room);

const submit = async (element: FlowElement) => {
  element.light.requestSubmit();
  await settled(element);
};
const shadow = <T extends Element = HTMLElement>(element: Element, selector: string) =>
  element.shadowRoot?.querySelector<T>(selector) as T;
const light = (element: Element, name: string) => element.querySelector<HTMLInputElement>(`input[name="${name}"]`);
const heading = (element: Element) => shadow(element, 'h2').textContent;
const press = async (element: FlowElement, words: string) => {
  const button = [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find(
    ({ textContent }) => textContent?.trim() === words,
  );
  expect(button, words).to.be.instanceOf(HTMLButtonElement);
  button?.click();
  await settled(element);
};
const until = async (done: () => unknown) => {
  for (let turn = 0; turn < 300 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done(), 'in time').to.be.ok;
};
const named = async (element: FlowElement, username = 'anna') => {
  type(element, 'username', username);
  await submit(element);
};

describe('before the first answer', () => {
  it('the first field stands without any request, and nothing is asked until somebody answers', async () => {
    const { element, calls } = await login({ answers: [given.password] });
    expect(light(element, 'username')).to.be.instanceOf(HTMLInputElement);
    await until(() => element.around);
    expect(calls).to.deep.equal([]);
  });

  it('the organisation search stands first where the page has set none', async () => {
    const { element } = await login({ answers: [given.username] }, {});
    expect(shadow(element, '[role=combobox]')).to.be.instanceOf(HTMLInputElement);
    expect(element.querySelectorAll('input').length).to.equal(0);
  });

  it('what was typed goes as inputs of the start, behind the organisation of the page', async () => {
    const { element, calls } = await login({ answers: [given.password] });
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
    expect(heading(element)).to.equal('Type your password');
  });

  it('what was typed is kept when the server begins elsewhere', async () => {
    const { element, calls } = await login({
      answers: [{ refuse: { code: 'unknown-organisation', input: 0 }, step: given.organisation }, given.username],
    });
    await named(element);
    expect(heading(element)).to.equal('Choose your organisation');
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('We do not know this organisation');
    type(element, 'organisation', 'De Linde');
    await submit(element);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'organisation', organisation: 'de-linde' }] });
    expect(light(element, 'username')?.value).to.equal('anna');
  });

  it('nothing is sent of an empty field, and the field says what is missing', async () => {
    const { element, calls } = await login({ answers: [given.password] });
    await submit(element);
    expect(calls).to.have.length(0);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Type your username.');
    expect(light(element, 'username')?.getAttribute('aria-invalid')).to.equal('true');
    expect(document.activeElement).to.equal(light(element, 'username'));
  });

  it('a second submission while one runs is dropped', async () => {
    const { element, calls } = await login({ answers: ['never'] });
    type(element, 'username', 'anna');
    element.light.requestSubmit();
    element.light.requestSubmit();
    await until(() => calls.length > 0);
    element.light.requestSubmit();
    expect(calls).to.have.length(1);
  });
});

describe('R88: what password managers see', () => {
  it('the read-only username stands before the password, which goes only after success', async () => {
    const { element } = await login({
      answers: [given.password, { refuse: { code: 'wrong-credentials' } }, given.totp],
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

  it('the password can be shown, and its button says which way it goes', async () => {
    const { element } = await login({ answers: [given.password] });
    await named(element);
    const reveal = shadow(element, '[part=reveal]');
    expect(reveal.getAttribute('aria-label')).to.equal('Show password');
    reveal.click();
    await element.updateComplete;
    expect(light(element, 'password')?.type).to.equal('text');
    expect(reveal.getAttribute('aria-label')).to.equal('Hide password');
  });
});

describe('K3: the code', () => {
  const atCode = async (answers: Script['answers'], more: Partial<Script> = {}) => {
    const made = await login({ answers: [given.totp, ...answers], ...more });
    await named(made.element);
    return made;
  };

  for (const typed of ['123456', '123 456', '123-456']) {
    it(`the sixth digit submits: ${typed}`, async () => {
      const { element, calls } = await atCode([given.done]);
      type(element, 'code', typed);
      await settled(element);
      expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', code: '123456', remember: false }] });
    });
  }

  it('five digits do not, and Enter says how many are asked', async () => {
    const { element, calls } = await atCode([given.done]);
    type(element, 'code', '12345');
    await submit(element);
    expect(calls).to.have.length(1);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Type all 6 digits of the code.');
  });

  it("'remember me' tells its duration in words, stands before the code and is sent", async () => {
    const { element, calls } = await atCode([given.done]);
    const box = shadow<HTMLInputElement>(element, '#remember');
    expect(box.closest('label')?.textContent).to.contain('12 hours');
    const follows = box.compareDocumentPosition(shadow(element, '[part~=code-input]'));
    expect(follows & Node.DOCUMENT_POSITION_FOLLOWING).to.be.above(0);
    box.click();
    type(element, 'code', '123456');
    await settled(element);
    expect(calls[1]?.body.inputs?.[0]).to.have.property('remember', true);
  });

  it("the ring follows the server's clock", async () => {
    // Here it is 12:00:00, on the server 12:00:20: ten seconds of thirty are left.
    const now = Date.UTC(2026, 5, 1, 12);
    const { element } = await atCode([], { now: () => now, ahead: 20_000 });
    expect(shadow(element, '[part=seconds]').textContent).to.equal('10 s left');
    expect(shadow(element, '.left').getAttribute('stroke-dasharray')).to.equal('10 30');
    expect(shadow(element, '[part~=countdown]').getAttribute('aria-hidden')).to.equal('true');
    expect(shadow(element, '.row').getAttribute('aria-hidden')).to.equal('true');
  });

  it('under five seconds words tell of the new code', async () => {
    const now = Date.UTC(2026, 5, 1, 12, 0, 26);
    const { element } = await atCode([], { now: () => now });
    expect(shadow(element, '[part=seconds]').textContent).to.equal('A new code comes in 4 s');
  });

  const refusals = {
    'wrong-code': 'That code is not right',
    'code-used': 'used before',
    'code-expired': 'That code has passed',
    'old-authenticator': 'older entry',
  } as const;
  for (const [code, words] of Object.entries(refusals)) {
    it(`${code} is told in its own words, and the next code can be typed at once`, async () => {
      const { element } = await atCode([{ refuse: { code: code as keyof typeof refusals } }]);
      type(element, 'code', '123456');
      await settled(element);
      expect(element.querySelector('[role=alert]')?.textContent).to.contain(words);
      expect(light(element, 'code')?.value).to.equal('');
      expect(document.activeElement).to.equal(light(element, 'code'));
    });
  }

  it('a code that is early is sent again by itself when its time has come', async () => {
    const retryAt = new Date(Date.now() + 300).toISOString();
    const { element, calls } = await atCode([{ refuse: { code: 'code-early', retryAt } }, given.done]);
    type(element, 'code', '123456');
    await settled(element);
    expect(shadow(element, '[part~=code-input]').getAttribute('part')).to.contain('waiting');
    expect(light(element, 'code')?.getAttribute('aria-invalid')).to.equal(null);
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('sent again by itself');
    await until(() => calls.length === 3);
    expect(calls[2]?.body).to.deep.equal(calls[1]?.body);
  });

  it('a recovery code is one action away, and back again', async () => {
    const { element, calls } = await atCode([given['recovery-code'], given.totp]);
    await press(element, 'Use a recovery code');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', action: 'switch', method: 'recovery-code' }] });
    expect(heading(element)).to.equal('Type a recovery code');
    await press(element, 'Use a code from your app');
    expect(heading(element)).to.equal('Type the code from your app');
  });
});

describe('K9: the clock of the phone', () => {
  const told = async (refuse: { offBySeconds: number; offByHours?: number }, lang = 'en') => {
    const { element } = await login(
      { answers: [given.totp, { refuse: { code: 'clock-off', ...refuse } }] },
      { organisation: 'de-linde', lang },
    );
    await named(element);
    type(element, 'code', '123456');
    await settled(element);
    return { words: element.querySelector('[role=alert]')?.textContent, coach: shadow(element, '[part=clock]') };
  };

  it('behind: by how much, what to do, and where on Android and iOS', async () => {
    const { words, coach } = await told({ offBySeconds: -243 });
    expect(words).to.equal('Your phone is about 4 minutes behind. Switch on automatic time. Then type a new code.');
    expect(coach.textContent).to.contain('Android').and.to.contain('iPhone');
  });
  it('ahead, in Dutch', async () => {
    const { words } = await told({ offBySeconds: 125 }, 'nl');
    expect(words).to.contain('Je telefoon loopt ongeveer 2 minuten voor.');
  });
  it('whole hours are a matter of the time zone', async () => {
    const { words } = await told({ offBySeconds: -7200, offByHours: -2 });
    expect(words).to.contain('2 hours off').and.to.contain('time zone');
  });
});

describe('the ways back and on', () => {
  it('who and where is told, with a way out for who is somebody else', async () => {
    const { element, calls } = await login({
      answers: [given.totp, given.username],
      organisation: { id: 'de-linde', name: 'De Linde' },
    });
    await named(element);
    expect(shadow(element, '[part=identity] span').textContent).to.equal('De Linde · anna');
    await press(element, 'Not you?');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', action: 'back', to: 'username' }] });
  });

  it("the organisation's help stands under each step, and only a web address becomes a link", async () => {
    const help = { text: 'Ask <b>us</b>', url: 'javascript:alert(1)' };
    const organisation = { id: 'de-linde', name: '<img src=x onerror=alert(1)>', help };
    const { element } = await login({ answers: [given.totp], organisation });
    await named(element);
    expect(shadow(element, '[part=help]').textContent).to.contain('Ask <b>us</b>');
    expect(shadow(element, '[part=help] a')).to.equal(null);
    expect(shadow(element, '[part=identity]').textContent).to.contain('<img src=x');
    expect(shadow(element, 'img')).to.equal(null);
  });

  it('locked: how long, who can help, and it goes on by itself at the end', async () => {
    const locked: StepOf<'locked'> = { ...given.locked, until: new Date(Date.now() + 200).toISOString() };
    const { element, calls } = await login({ answers: [locked, given.password] });
    await named(element);
    expect(shadow(element, '[part=description]').textContent).to.contain('You can try again in 1 second');
    await until(() => calls.length === 2);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'locked', action: 'poll' }] });
    await settled(element);
    expect(heading(element)).to.equal('Type your password');
  });

  it('a lost connection is told, and the same is tried again', async () => {
    const { element, calls } = await login({ answers: [given.password, 'lost', given.totp] });
    const errors: string[] = [];
    element.addEventListener('mfa-error', (event) => errors.push((event as CustomEvent).detail.problem.code));
    await named(element);
    type(element, 'password', 'secret');
    await submit(element);
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('There is no connection');
    expect(light(element, 'password')?.getAttribute('aria-invalid')).to.equal(null);
    expect(errors).to.deep.equal(['network']);
    await press(element, 'Try again');
    expect(calls[2]?.body).to.deep.equal(calls[1]?.body);
    expect(heading(element)).to.equal('Type the code from your app');
  });

  it('too fast and too busy tell when to try again', async () => {
    const { element } = await login({
      answers: [given.totp, { refuse: { code: 'throttled', status: 429 }, retryAfter: 40 }],
    });
    await named(element);
    type(element, 'code', '123456');
    await settled(element);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('That went too fast. Try again in 40 seconds.');
  });

  it('cancelling ends the flow, tells the page, and stands as at first', async () => {
    const { element, calls } = await login({ answers: [given.password] });
    let heard = 0;
    room.addEventListener('mfa-cancel', () => {
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

describe('R90: no flow ends under a person’s hands', () => {
  it('two minutes before the end there is a warning, and more time for the asking', async () => {
    const { element, calls } = await login({ answers: [given.totp], lives: 100 });
    await named(element);
    expect(shadow(element, '[part~=expiry] p').textContent).to.equal('For your safety this page stops in 2 minutes.');
    await press(element, 'I need more time');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', action: 'extend' }] });
  });

  it('an expired flow begins again by itself, with the organisation and the username', async () => {
    const { element, calls } = await login({
      answers: [given.password, { refuse: { code: 'flow-expired', status: 410 } }, given.password],
    });
    await named(element);
    type(element, 'password', 'secret');
    await submit(element);
    expect(calls[2]?.body).to.deep.equal(calls[0]?.body);
    expect(shadow(element, '[part=notice]').textContent).to.contain('we began again');
    expect(heading(element)).to.equal('Type your password');
  });

  it('nobody there at the end: nothing is asked of the server, the name is kept', async () => {
    const { element, calls } = await login({ answers: [given.password], lives: 0.3 });
    await named(element);
    await until(() => element.state.name === 'idle');
    await element.updateComplete;
    expect(calls).to.have.length(1);
    expect(light(element, 'username')?.value).to.equal('anna');
  });

  it('a reload goes on where it was', async () => {
    const { element } = await login({ answers: [], left: given.totp }, { resume: '' });
    await until(() => element.flow);
    await element.updateComplete;
    expect(heading(element)).to.equal('Type the code from your app');
  });
});

describe('the end', () => {
  it('tells the page who came in and how, and then goes on to the address that the server allowed', async () => {
    const returnTo = `${location.href.split('#')[0]}#went-on`;
    const { element } = await login({ answers: [{ ...given.done, returnTo }] });
    const heard: unknown[] = [];
    room.addEventListener('mfa-success', (event) => heard.push((event as CustomEvent).detail));
    await named(element);
    expect(heard).to.deep.equal([
      { user: given.done.user, amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', recoveryCodesLeft: 2 },
    ]);
    await until(() => location.hash === '#went-on');
    history.replaceState(null, '', location.pathname + location.search);
  });

  it('R70: stays where the page says so, and never goes to another origin that the server did not name', async () => {
    const { element } = await login(
      { answers: [given.done] },
      { organisation: 'de-linde', 'return-to': 'https://evil.example/#x' },
    );
    await named(element);
    const returnTo = `${location.href.split('#')[0]}#prevented`;
    const second = await login({ answers: [{ ...given.done, returnTo }] });
    second.element.addEventListener('mfa-success', (event) => event.preventDefault());
    await named(second.element);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(location.hash).to.equal('');
  });

  it('warns when recovery codes run out', async () => {
    const { element } = await login({ answers: [given.done] });
    await named(element);
    expect(element.shadowRoot?.textContent).to.contain('You have 2 recovery codes left');
  });
});

describe('words', () => {
  it('the language of the nearest ancestor counts, and can change', async () => {
    room.lang = 'nl-BE';
    const { element } = await login({ answers: [given.password] });
    expect(heading(element)).to.equal('Inloggen');
    element.lang = 'en';
    await until(() => heading(element) === 'Log in');
  });

  it('a page may override single texts', async () => {
    const { element } = await login({ answers: [given.password] });
    element.messages = { 'username.label': 'Staff number' };
    await element.updateComplete;
    expect(shadow(element, '[part=label]').textContent).to.equal('Staff number');
    expect(light(element, 'username')?.getAttribute('aria-label')).to.equal('Staff number');
  });

  it('the same error is said again when it comes again', async () => {
    const { element } = await login({ answers: [given.password, { refuse: { code: 'wrong-credentials' } }] });
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

  it('sends organisation, username and password together, in their order', async () => {
    const { element, calls } = await login({ answers: [given.totp], organisations }, classic);
    type(element, 'organisation', 'linde');
    await until(() => shadow(element, '[part~=option]') && light(element, 'password'));
    await fill(element, 'anna', 'secret');
    expect(calls.at(-1)?.body.inputs).to.deep.equal([
      { step: 'organisation', organisation: 'de-linde' },
      { step: 'username', username: 'anna' },
      { step: 'password', password: 'secret' },
    ]);
    expect(heading(element)).to.equal('Type the code from your app');
  });

  it('a refusal is told at its field, and a changed username goes back for it', async () => {
    const { element, calls } = await login(
      { answers: [{ refuse: { code: 'wrong-credentials' }, step: given.password }, given.totp] },
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
