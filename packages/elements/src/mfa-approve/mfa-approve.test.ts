import { expect } from '@open-wc/testing';
import {
  accounts,
  login,
  mountPhone,
  type PhoneScenario,
  phoneScenarios,
  press,
  rendered,
} from '../testing/approve-states.ts';
import { submitForm, type, until } from '../testing/states/scenario.ts';
import type { MfaApprove } from './mfa-approve.ts';
import './mfa-approve.ts';

let container: HTMLElement;
beforeEach(() => {
  container = document.body.appendChild(document.createElement('div'));
});
afterEach(() => {
  container.remove();
  history.replaceState(null, '', location.pathname + location.search);
});

const open = (name: string, rest: Partial<PhoneScenario['script']> = {}) => {
  const scenario = phoneScenarios[name] as PhoneScenario;
  return mountPhone({ ...scenario, script: { ...scenario.script, ...rest } }, container);
};
const words = (element: MfaApprove) => element.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const heading = (element: MfaApprove) => element.shadowRoot?.querySelector('h2')?.textContent;
const shows = (element: MfaApprove, text: string) => until(() => words(element).includes(text));
const focused = (element: MfaApprove) => element.shadowRoot?.activeElement;
const alert = (element: MfaApprove) => element.querySelector('[role=alert]')?.textContent;
/** The payload of the answer that the phone has signed. */
const answerIn = (body: Record<string, unknown> | undefined) =>
  JSON.parse(atob(String(body?.answer).split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''));

describe('mfa-approve', () => {
  it('W2 shows account, portal, browser, place and time of a login, and asks for the digits', async () => {
    const { element } = await open('phone-request');
    expect(heading(element)).to.equal('Are you logging in?');
    for (const text of ['De Linde · anna', 'dossier.de-linde.example', 'Firefox on Linux', '192.0.2.17', 'today at'])
      expect(words(element)).to.contain(text);
    expect(element.querySelector('input[name=code]')?.getAttribute('aria-label')).to.equal(
      'Digits on the login screen',
    );
    expect(element.querySelector('input[name=code]')?.getAttribute('autocomplete')).to.equal('off');
  });

  it('R20 signs the request, its challenge and the number, only when the user presses the button', async () => {
    const { element, server } = await open('phone-request');
    const heard: unknown[] = [];
    container.addEventListener('mfa-answer', (event) => heard.push((event as CustomEvent).detail));
    type(element, 'code', '482913');
    await rendered(element);
    expect(server.calls.some(({ method }) => method === 'POST')).to.equal(false);
    press(element, 'approve');
    await shows(element, 'Your login continues on the other screen.');
    const call = server.calls.find(({ method }) => method === 'POST');
    expect(call?.path).to.equal('/push/requests/r1');
    expect(answerIn(call?.body)).to.deep.equal({
      request: 'r1',
      challenge: 'challenge',
      answer: 'approve',
      number: '482913',
    });
    expect(heard).to.deep.equal([{ answer: 'approve' }]);
    await until(() => focused(element)?.id === 'heading');
  });

  it('approves by Enter', async () => {
    const { element } = await open('phone-request');
    type(element, 'code', '482913');
    submitForm(element);
    await shows(element, 'Your login continues on the other screen.');
  });

  it('reports missing digits, and sends nothing', async () => {
    const { element, server } = await open('phone-request-missing');
    expect(alert(element)).to.equal('Enter all 6 digits that your login screen shows.');
    expect(server.calls.some(({ method }) => method === 'POST')).to.equal(false);
  });

  it("R21 'No, this is not me' needs no digits, and looks exactly like 'Approve'", async () => {
    const { element, server } = await open('phone-request');
    const [approve, deny] = ['approve', 'deny'].map((id) => element.shadowRoot?.querySelector(`#${id}`) as HTMLElement);
    const look = (button?: HTMLElement) => {
      const { backgroundColor, color, fontSize, fontWeight, borderTopColor } = getComputedStyle(button as HTMLElement);
      return [backgroundColor, color, fontSize, fontWeight, borderTopColor, button?.offsetHeight, button?.offsetWidth];
    };
    expect(look(deny)).to.deep.equal(look(approve));
    press(element, 'deny');
    await shows(element, 'You then choose a new password');
    expect(answerIn(server.calls.at(-1)?.body)).to.deep.equal({
      request: 'r1',
      challenge: 'challenge',
      answer: 'deny',
    });
  });

  it("asks for two digits, or for a plain 'yes', if the organisation has chosen that", async () => {
    const { element, server } = await open('phone-request-two');
    type(element, 'code', '47');
    press(element, 'approve');
    await shows(element, 'Your login continues');
    expect(answerIn(server.calls.at(-1)?.body).number).to.equal('47');
    const { element: plain, server: other } = await open('phone-request-yes');
    expect(plain.querySelector('input[name=code]')).to.equal(null);
    press(plain, 'approve');
    await shows(plain, 'Your login continues');
    expect(answerIn(other.calls.at(-1)?.body)).not.to.have.property('number');
  });

  it('says what has become of a login with wrong digits, and of one that has ended', async () => {
    const { element } = await open('phone-wrong-number');
    expect(heading(element)).to.equal('The digits were wrong');
    const { element: other } = await open('phone-ended');
    expect(heading(other)).to.equal('This login has ended');
    press(other, 'Done');
    await until(() => heading(other) === 'Your accounts');
  });

  it('does not ask again about a login that was answered, even if the server still lists it for a moment', async () => {
    const { element } = await open('phone-approved');
    press(element, 'Done');
    await until(() => heading(element) === 'Your accounts');
  });

  it('offers another attempt if the answer was not received, with the same digits', async () => {
    const { element, server } = await open('phone-request-busy');
    expect(alert(element)).to.contain('very busy');
    press(element, 'Try again');
    await shows(element, 'Your login continues');
    expect(answerIn(server.calls.filter(({ method }) => method === 'POST').at(-1)?.body).number).to.equal('482913');
  });

  it('shows a new login at once, and says when it was answered elsewhere', async () => {
    const { element, server } = await open('phone');
    const heard: unknown[] = [];
    container.addEventListener('mfa-request', (event) => heard.push((event as CustomEvent).detail));
    await until(() => server.calls.filter(({ path }) => path === '/push/requests').length >= 4);
    server.report(0, { requests: [login], history: [] });
    await until(() => heading(element) === 'Are you logging in?');
    await until(() => focused(element)?.id === 'heading');
    expect(heard).to.deep.equal([{ portal: 'dossier.de-linde.example' }]);
    server.report(0, { requests: [], history: [{ ...login, state: 'approved' }] });
    await until(() => heading(element) === 'This login has ended');
  });

  it('shows a login that waits as a notice while the user links an account', async () => {
    const { element, server } = await open('phone');
    press(element, 'Link another account');
    await until(() => heading(element) === 'Link this phone');
    server.report(0, { requests: [login], history: [] });
    await rendered(element);
    expect(heading(element)).to.equal('Link this phone');
  });

  it('W1 links the account of the page’s address, which it erases, and confirms it with a code', async () => {
    const next = {
      device: { ...phoneLink, state: 'code', channel: 'sms', to: '+31 •• ••• ••78' },
      account: accounts.anna,
    } as const;
    const heard: unknown[] = [];
    container.addEventListener('mfa-linked', (event) => heard.push((event as CustomEvent).detail));
    const { element, server } = await mountPhone(
      { script: { links: [], next }, fragment: '#mfa-push=token-1' },
      container,
    );
    await until(() => heading(element) === 'Enter the code from the text message');
    expect(location.hash).to.equal('');
    expect(server.calls[0]?.body.link).to.equal('token-1');
    type(element, 'code', '123456');
    await shows(element, 'This phone is linked.');
    expect(server.calls.find(({ path }) => path.endsWith('/confirm'))?.body).to.deep.equal({ code: '123456' });
    expect(heard).to.deep.equal([{ organisation: 'de-linde', username: 'anna' }]);
    await shows(element, 'De Linde');
  });

  it('W1 confirms a link with the code of an opened text message, which it erases from the address', async () => {
    const device = { ...phoneLink, state: 'code', channel: 'sms', to: '+31 •• ••• ••78' } as const;
    const { element, server } = await mountPhone(
      { script: { links: [], next: { device, account: accounts.anna } }, fragment: '#mfa-push=token-1' },
      container,
    );
    await until(() => heading(element) === 'Enter the code from the text message');
    location.hash = '#mfa-code=123456';
    await shows(element, 'This phone is linked.');
    expect(location.hash).to.equal('');
    expect(server.calls.find(({ path }) => path.endsWith('/confirm'))?.body).to.deep.equal({ code: '123456' });
  });

  it('ignores the code of an opened text message on a phone that links nothing', async () => {
    const { element, server } = await mountPhone({ script: { links: [] }, fragment: '#mfa-code=123456' }, container);
    await until(() => heading(element) === 'Link this phone');
    expect(server.calls.some(({ method }) => method === 'POST')).to.equal(false);
  });

  it('W1 shows the code for the login screen, and continues when it was entered there', async () => {
    const device = { ...phoneLink, state: 'code', code: '482913' } as const;
    const { element, server } = await mountPhone(
      { script: { links: [], next: { device, account: accounts.anna } }, fragment: '#mfa-push=token-1' },
      container,
    );
    await until(() => heading(element) === 'Enter this code on your login screen');
    expect(words(element)).to.contain('4 8 2 9 1 3');
    server.link(0, { ...device, state: 'waiting' });
    await until(() => server.calls.some(({ path }) => path.endsWith('/confirm')), 4_000);
    await shows(element, 'This phone is linked.');
  }).timeout(8_000);

  for (const text of ['https://login.example/approve#mfa-push=token-1', ' #mfa-push=token-1 ', 'mfa-push=token-1']) {
    it(`takes a pasted link: ${text}`, async () => {
      const { element, server } = await open('phone-empty', { next: { device: phoneLink, account: accounts.anna } });
      type(element, 'link', text);
      submitForm(element);
      await shows(element, 'This phone is linked.');
      expect(server.calls[0]?.body.link).to.equal('token-1');
    });
  }

  it('reports a wrong code at its field and empties it, and reports a link that no longer works', async () => {
    const { element } = await open('phone-code-wrong');
    expect(alert(element)).to.contain('That code is incorrect');
    const input = element.querySelector<HTMLInputElement>('input[name=code]');
    expect(input?.getAttribute('aria-invalid')).to.equal('true');
    expect(input?.value).to.equal('');
    const { element: old } = await open('phone-old-link');
    expect(alert(old)).to.equal('This link no longer works. Ask for a new one.');
  });

  it('W3 shows codes without a connection', async () => {
    const { element } = await open('phone-offline');
    expect(element.shadowRoot?.querySelector('[part=totp-code]')?.textContent).to.match(/^\d{3}\u2009\d{3}$/);
    await shows(element, 'You can still enter these codes');
  });

  it('W4 shows the accounts, the days of the password, the pages of the organisation and the earlier logins', async () => {
    const { element } = await open('phone');
    for (const text of ['De Linde', 'Anna Visser · anna', 'Samenwerkingsverband Zilverdijk', 'valid for 12 more days'])
      expect(words(element)).to.contain(text);
    const links = [...(element.shadowRoot?.querySelectorAll('a') ?? [])].map(({ href }) => href);
    expect(links).to.deep.equal(['https://de-linde.example/reset', 'https://de-linde.example/settings']);
    press(element, 'Earlier logins');
    await until(() => heading(element) === 'Earlier logins');
    for (const text of ['Approved', 'Not approved', 'Not answered', '203.0.113.80'])
      expect(words(element)).to.contain(text);
    press(element, 'Back');
    await until(() => heading(element) === 'Your accounts');
  });

  it('W5 unlocks an account, and says that the same password works', async () => {
    const { element, server } = await open('phone-locked');
    press(element, 'unlock-d1');
    await shows(element, 'You can log in again with the same password.');
    expect(server.calls.some(({ path }) => path === '/push/devices/d1/unlock')).to.equal(true);
    expect(words(element)).not.to.contain('is locked');
    const { element: over } = await open('phone-locked-over');
    expect(over.shadowRoot?.querySelector('#unlock-d1')).to.equal(null);
  });

  it('W4 asks before it removes an account, with the focus on the question', async () => {
    const { element, server } = await open('phone-unlinking');
    await until(() => focused(element)?.matches('[part=asking] p'));
    press(element, 'Cancel');
    await until(() => focused(element)?.id === 'unlink-d2');
    press(element, 'unlink-d2');
    await element.updateComplete;
    press(element, 'sure');
    await shows(element, 'The account was removed from this phone.');
    expect(server.calls.some(({ method, path }) => method === 'DELETE' && path === '/push/devices/d2')).to.equal(true);
    expect(words(element)).not.to.contain('Zilverdijk');
  });

  it('says that an account was removed elsewhere', async () => {
    const { element, server } = await open('phone');
    server.forget(1);
    document.dispatchEvent(new Event('visibilitychange'));
    element.remove();
    container.append(element);
    await shows(element, 'This phone is no longer linked to this account.');
  });

  it('R20 opens the login of a link only if the server finds it for this browser', async () => {
    const { element, server } = await open('phone-opened');
    await until(() => heading(element) === 'Are you logging in?');
    expect(location.hash).to.equal('');
    await until(() => server.calls.some(({ path }) => path === '/push/requests/r1'));
    const { element: other } = await open('phone-opened-ended');
    await until(() => heading(other) === 'This login has ended');
  });

  it('R78 shows hostile names as text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const request = { ...login, portal: name, browser: name, username: name, organisation: { id: 'x', name } };
    const link = phoneScenarios.phone?.script.links[0];
    if (!link) throw new Error('no link');
    const { element } = await mountPhone(
      { script: { links: [{ ...link, inbox: { requests: [request], history: [] } }] } },
      container,
    );
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
    expect(words(element).split(name).length - 1).to.equal(4);
  });

  it('links to a web address only', async () => {
    const account = { ...accounts.anna, pages: { reset: 'javascript:alert(1)' } };
    const { element } = await mountPhone({ script: { links: [{ device: phoneLink, account }] } }, container);
    expect(element.shadowRoot?.querySelector('a')).to.equal(null);
  });
});

const phoneLink = { id: 'd1', state: 'linked', name: 'Phone', createdAt: '2026-11-20T12:00:00.000Z' } as const;
