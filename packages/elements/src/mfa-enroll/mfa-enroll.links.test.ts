import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import { given } from '../testing/states/given.ts';
import { mount, settled, submitForm, type } from '../testing/states/scenario.ts';
import './mfa-enroll.ts';

let container: HTMLElement;
beforeEach(() => {
  container = document.body.appendChild(document.createElement('div'));
});
afterEach(() => {
  container.remove();
  history.replaceState(null, '', location.pathname + location.search);
});

const heading = (element: FlowElement) => element.shadowRoot?.querySelector('h2')?.textContent;
const press = (element: FlowElement, part = 'primary') =>
  element.shadowRoot?.querySelector<HTMLElement>(`[part~=${part}]`)?.click();
const hint = (element: FlowElement) => element.shadowRoot?.querySelector('[part~=hint]')?.textContent;
const alert = (element: FlowElement) => element.querySelector('[role=alert]')?.textContent;
const good = 'a lamp beside the canal';
const organisation = { id: 'de-linde', name: 'De Linde' };

const opened = (kind: string, responses: Parameters<typeof mount>[0]['script']['responses']) =>
  mount({ tag: 'mfa-enroll', script: { kind, responses, organisation }, act: settled }, container);

describe('mfa-enroll with a mailed link', () => {
  it('R72 reads the link from the fragment and removes it from the address', async () => {
    history.replaceState(null, '', '#mfa-reset=secret-token');
    const { element, calls } = await opened('reset', [given['new-password']]);
    expect(calls[0]?.body).to.deep.equal({ kind: 'reset', link: 'secret-token' });
    expect(location.href).not.to.contain('mfa-reset');
    expect(heading(element)).to.equal('Choose a new password');
  });

  it('continues another link that is opened in the same tab', async () => {
    history.replaceState(null, '', '#mfa-reset=first');
    const { element, calls } = await opened('reset', [given['new-password']]);
    location.hash = '#mfa-activate=second';
    await new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
    await settled(element);
    expect(calls.at(-1)?.body).to.deep.equal({ kind: 'activate', link: 'second' });
  });

  it('does not change another fragment of the page', async () => {
    history.replaceState(null, '', '#chapter-2');
    const { calls } = await opened('enroll', [given['confirm-password']]);
    expect(calls[0]?.body).to.deep.equal({ kind: 'enroll' });
    expect(location.hash).to.equal('#chapter-2');
  });

  it('D10 shows while the user types which rule the password does not meet, and does not submit it', async () => {
    history.replaceState(null, '', '#mfa-activate=token');
    const { element, calls } = await opened('activate', [given['new-password']]);
    expect(hint(element)).to.equal('At least 15 characters.');
    const hints: unknown[] = [];
    for (const text of ['short', 'a sentence about anna', 'the house of de linde', good]) {
      type(element, 'password', text);
      await element.updateComplete;
      hints.push(hint(element));
    }
    expect(hints).to.deep.equal([
      'At least 15 characters.',
      'It can’t contain your username.',
      'It can’t contain the name of your organisation.',
      'Long enough.',
    ]);
    type(element, 'password', 'short');
    submitForm(element);
    await element.updateComplete;
    expect(alert(element)).to.equal('This password is too short. Use at least 15 characters.');
    type(element, 'password', good);
    type(element, 'again', 'something else');
    submitForm(element);
    await element.updateComplete;
    expect(alert(element)).to.contain('don’t match');
    expect(calls.length).to.equal(1);
  });

  it('R88 has fields for password managers: the username before two new passwords, and pasting is allowed', async () => {
    history.replaceState(null, '', '#mfa-activate=token');
    const { element } = await opened('activate', [given['new-password']]);
    const inputs = [...element.querySelectorAll<HTMLInputElement>(':scope > input')];
    expect(inputs.map(({ name, autocomplete }) => [name, autocomplete])).to.deep.equal([
      ['username', 'username'],
      ['password', 'new-password'],
      ['again', 'new-password'],
    ]);
    expect(inputs[0]?.value).to.equal('anna');
    const paste = new ClipboardEvent('paste', { bubbles: true, cancelable: true, composed: true });
    expect(inputs[1]?.dispatchEvent(paste)).to.equal(true);
    press(element, 'reveal');
    await element.updateComplete;
    expect(inputs.slice(1).map((input) => input.type)).to.deep.equal(['text', 'text']);
  });

  it('shows why the server refused a password', async () => {
    history.replaceState(null, '', '#mfa-reset=token');
    const refuse = { code: 'weak-password' as const, reason: 'common' as const };
    const { element } = await opened('reset', [given['new-password'], { refuse }]);
    type(element, 'password', good);
    type(element, 'again', good);
    submitForm(element);
    await settled(element);
    expect(alert(element)).to.contain('Many people use this password');
  });

  it('continues with the login in the same place, with the username filled in', async () => {
    history.replaceState(null, '', '#mfa-reset=token');
    const next = {
      type: 'done' as const,
      actions: [],
      next: 'login' as const,
      organisation: 'de-linde',
      username: 'anna',
    };
    const { element, calls } = await opened('reset', [given['new-password'], next, given.password]);
    const heard: unknown[] = [];
    container.addEventListener('mfa-success', (event) => heard.push((event as CustomEvent).detail));
    type(element, 'password', good);
    type(element, 'again', good);
    submitForm(element);
    await settled(element);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'new-password', password: good }] });
    expect(heading(element)).to.equal('Your password is saved');
    expect(heard).to.deep.equal([{ next: 'login', organisation: 'de-linde', username: 'anna' }]);
    press(element);
    await settled(element);
    expect(calls.at(-1)?.body).to.deep.equal({
      kind: 'login',
      inputs: [
        { step: 'organisation', organisation: 'de-linde' },
        { step: 'username', username: 'anna' },
      ],
    });
    expect(heading(element)).to.equal('Enter your password');
  });

  it('reports an expired link and offers a new one for the same organisation', async () => {
    history.replaceState(null, '', '#mfa-activate=old');
    const refuse = { code: 'link-expired' as const, status: 410, kind: 'recover' as const, organisation: 'de-linde' };
    const { element, calls } = await opened('recover', [{ refuse }, given.identify, given['mail-sent']]);
    expect(heading(element)).to.equal('This link no longer works');
    press(element);
    await settled(element);
    expect(calls.at(-1)?.body).to.deep.equal({
      kind: 'recover',
      inputs: [{ step: 'organisation', organisation: 'de-linde' }],
    });
    type(element, 'username', 'anna');
    type(element, 'email', 'anna@delinde.example');
    submitForm(element);
    await settled(element);
    expect(heading(element)).to.equal('Check your email');
    expect(element.shadowRoot?.textContent).to.contain('anna@delinde.example');
  });

  it('lifts a lock when the button is pressed, not when the link is opened', async () => {
    history.replaceState(null, '', '#mfa-unlock=token');
    const step = { ...given.locked, actions: ['unlock' as const], ways: ['mail' as const] };
    const { element, calls } = await opened('unlock', [step]);
    expect(calls.length).to.equal(1);
    press(element);
    await settled(element);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'locked', action: 'unlock', way: 'mail' }] });
  });
});
