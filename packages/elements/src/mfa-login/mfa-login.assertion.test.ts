import { expect } from '@open-wc/testing';
import type { SuccessDetail } from '@tweestap/client';
import { hasFlowCode, login, named } from '../testing/login.ts';
import { given } from '../testing/states/given.ts';
import { settled, type, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

const nonce = 'nonce-of-the-portals-session';
const attributes = { organisation: 'de-linde', 'assertion-nonce': nonce };

describe('R68 a portal that makes its own session', () => {
  it('sends its nonce with the login, and gets the assertion in mfa-success', async () => {
    const done = { ...given.done, assertion: 'e30.e30.e30' };
    const { element, calls } = await login({ responses: [given.totp, done] }, attributes);
    const details: SuccessDetail[] = [];
    element.addEventListener('mfa-success', (event) => void details.push(event.detail));
    await named(element);
    type(element, 'code', '123456');
    await settled(element);
    await until(() => details.length > 0);
    expect(calls[0]?.body).to.have.property('nonce', nonce);
    expect(details[0]).to.have.property('assertion', 'e30.e30.e30');
    // The portal's page asks for no session of the server, now and when it is opened again.
    expect(Object.keys(sessionStorage).filter((key) => key.startsWith('mfa-login:'))).to.deep.equal([]);
  });

  it('shows the login also in a tab in which a login of the server was finished', async () => {
    const { element, calls } = await login({ responses: [], session: {} as never }, attributes);
    await until(() => hasFlowCode(element));
    expect(calls).to.deep.equal([]);
  });
});
