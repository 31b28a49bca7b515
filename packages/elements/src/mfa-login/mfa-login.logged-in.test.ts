import { expect } from '@open-wc/testing';
import type { Session } from '@tweestap/client';
import { hasFlowCode, heading, light, login, named, press, shadow, submit } from '../testing/login.ts';
import type { Script } from '../testing/scripted-server.ts';
import { given } from '../testing/states/given.ts';
import { settled, type, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

const session: Session = {
  user: { id: 'u', organisation: 'de-linde', username: 'anna', name: 'Anna Visser' },
  amr: ['pwd', 'otp', 'mfa'],
  acr: 'aal2',
  authTime: '2026-06-01T12:00:00Z',
  recovery: false,
  expiresAt: '2026-06-02T12:00:00Z',
} as Session;

const again = (more: Partial<Script> = {}, attributes: Record<string, string> = {}) =>
  login({ responses: [given.password], session, ...more }, { organisation: 'de-linde', ...attributes });
const already = 'You are already logged in';

describe('a user who is logged in already', () => {
  it("sees that, and 'Continue' dispatches mfa-success with the session", async () => {
    const { element, calls } = await again();
    await until(() => heading(element) === already);
    expect(shadow(element, '#about').textContent).to.equal('Anna Visser');
    const details: unknown[] = [];
    element.addEventListener('mfa-success', (event) => {
      event.preventDefault();
      details.push(event.detail);
    });
    await press(element, 'Continue');
    await until(() => details.length > 0);
    const { user, amr, acr } = session;
    expect(details).to.deep.equal([{ user, amr, acr }]);
    expect(calls.map(({ method, path }) => `${method} ${path}`)).to.deep.equal(['GET /session']);
  });

  it("logs out with 'Not you?', and then logs in", async () => {
    const { element, calls } = await again();
    await until(() => heading(element) === already);
    await press(element, 'Not you?');
    expect(calls.at(-1)).to.include({ method: 'DELETE', path: '/session' });
    expect(heading(element)).to.equal('Log in');
    await until(() => document.activeElement?.getAttribute('name') === 'username');
    await named(element);
    expect(heading(element)).to.equal('Enter your password');
  });

  it('is not interrupted after the first input, and can log in to another organisation', async () => {
    const { element, calls } = await login({ responses: [given.password], session }, { organisation: 'de-linde' });
    type(element, 'username', 'bert');
    await until(() => calls.length > 0 && hasFlowCode(element));
    await element.updateComplete;
    await submit(element);
    expect(heading(element)).to.equal('Enter your password');
    const other = await again({}, { organisation: 'zilverdijk' });
    await until(() => other.calls.length > 0);
    await settled(other.element);
    expect(heading(other.element)).to.equal('Log in');
  });

  it('sees the first screen if the session is that of an app, which the page refuses', async () => {
    const { element, calls } = await again({ session: { ...session, client: 'phone-app' } });
    await until(() => calls.length > 0);
    await settled(element);
    expect(heading(element)).to.equal('Log in');
  });

  it('sees the first screen if the session has ended', async () => {
    const { element, calls } = await again({ session: null });
    await until(() => calls.length > 0);
    await settled(element);
    expect(heading(element)).to.equal('Log in');
    expect(light(element, 'username')).not.to.equal(null);
  });

  it('sees the first screen if the browser restores the page and the session has ended', async () => {
    const { element } = await again({ responses: [given.password, given.done], session: null });
    await named(element);
    type(element, 'password', 'secret');
    await submit(element);
    expect(heading(element)).to.equal('You are logged in');
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await until(() => heading(element) === 'Log in');
  });
});
