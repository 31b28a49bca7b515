import { expect } from '@open-wc/testing';
import { hasFlowCode, heading, light, login, press } from '../testing/login.ts';
import { given } from '../testing/states/given.ts';
import { settled, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

const attributes = { organisation: 'de-linde', 'hand-over': 'e30.e30.e30' };
const refused = { refuse: { code: 'bad-hand-over', status: 403 } } as const;

describe('K11 a user whom another system hands over', () => {
  it('begins the login with the token alone, which names organisation and user', async () => {
    const { element, calls } = await login({ responses: [given.totp] }, attributes);
    await until(() => calls.length > 0 && light(element, 'code'));
    expect(calls.map(({ body }) => body)).to.deep.equal([{ kind: 'login', handOver: 'e30.e30.e30' }]);
  });

  it('can log in with the password if the token is refused, and the token is not sent again', async () => {
    const { element, calls } = await login({ responses: [refused, given.password] }, attributes);
    await until(() => hasFlowCode(element) && element.querySelector('[role=alert]'));
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('from the other system');
    await press(element, 'Try again');
    await settled(element);
    expect(heading(element)).to.equal('Enter your password');
    expect(calls[1]?.body).not.to.have.property('handOver');
  });
});
