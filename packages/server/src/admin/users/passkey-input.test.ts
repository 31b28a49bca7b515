import assert from 'node:assert/strict';
import type { PasskeyRequestOptions, StepOf } from '@tweestap/protocol';
import { creationOptions, judgeRegistration } from '../../factors/passkey/registration.ts';
import { Authenticator } from '../../factors/passkey/testing/authenticator.ts';
import { World } from '../../flow/testing/world.ts';
import { Phone } from '../../push/testing/phone.ts';
import { withDatabases } from '../../store/testing/databases.ts';
import { AdminError } from '../request/admin-error.ts';
import type { PasskeyInput } from './passkey-input.ts';

/* Threat: a malformed passkey of another system is stored, or a helper adds one and logs in as the user. */

const request = { actor: { role: 'administrator', name: 'root' }, reason: 'a migration' } as const;
const userHandle = Buffer.alloc(64, 3).toString('base64url');

async function exported(): Promise<{ key: Authenticator; passkey: PasskeyInput }> {
  const key = new Authenticator();
  const relyingParty = { id: 'portal.example', name: 'Clinic', origins: ['https://portal.example'] };
  const challenge = Buffer.alloc(32, 1).toString('base64url');
  const user = { handle: userHandle, username: 'ada', name: undefined };
  const options = await creationOptions(relyingParty, user, { challenge, existing: [] });
  const expected = { challenge, relyingParty, userHandle, isConditional: false };
  const made = await judgeRegistration(key.create(options), expected);
  assert.ok(made);
  const { publicKey } = made.data;
  return { key, passkey: { credentialId: made.credentialId, publicKey, userHandle, rpId: 'portal.example' } };
}

withDatabases('a passkey of another system logs its user in', async ({ database, clock }) => {
  const world = new World(database, clock);
  await world.organisation({ policy: { methods: [{ method: 'totp' }, { method: 'passkey' }] } });
  const { key, passkey } = await exported();
  await world.admin.addUser({ ...request, organisation: 'clinic', username: 'ada', passkeys: [passkey] });
  const browser = world.browser();
  const { flow } = await browser.start('login', [{ step: 'organisation', organisation: 'clinic' }]);
  const options = (flow.step as StepOf<'username'>).passkey as PasskeyRequestOptions;
  const end = await browser.submit({ step: 'username', action: 'passkey', credential: key.get(options) });
  assert.equal(end.flow.status, 'done');
});

withDatabases('a user of another system keeps a passkey, an app, a number and a phone', async ({ database, clock }) => {
  const world = new World(database, clock);
  const methods = (['totp', 'sms', 'passkey', 'push'] as const).map((method) => ({ method }));
  await world.organisation({ policy: { methods, sms: { country: 'NL' } } });
  const { passkey } = await exported();
  const { publicKey } = await Phone.create(clock);
  const factors = {
    passkeys: [passkey],
    phones: [{ publicKey }],
    totpSecret: 'A'.repeat(32),
    phoneNumber: '+31612345678',
  };
  const { id } = await world.admin.addUser({ ...request, organisation: 'clinic', username: 'ada', ...factors });
  const found = await world.admin.find({ ...request, organisation: 'clinic', account: id });
  assert.deepEqual(found.factors.map(({ method }) => method).sort(), ['passkey', 'push', 'sms', 'totp']);
});

withDatabases(
  'R83: a malformed or duplicate passkey is reported, and only an administrator adds one',
  async (fixture) => {
    const world = new World(fixture.database, fixture.clock);
    await world.organisation();
    const { passkey } = await exported();
    const add = (passkeys: readonly PasskeyInput[], given: object = request) =>
      world.admin.addUser({ ...request, ...given, organisation: 'clinic', username: 'ada', passkeys });
    const isFault = (error: unknown): boolean => error instanceof AdminError && /passkeys/.test(error.message);
    await assert.rejects(add([{ ...passkey, publicKey: 'not base64url!' }]), isFault);
    await assert.rejects(add([{ ...passkey, more: 1 } as PasskeyInput]), isFault);
    await assert.rejects(add([passkey, passkey]), isFault);
    const desk = { actor: { role: 'helpdesk', name: 'desk', organisation: 'clinic' } };
    await assert.rejects(
      add([passkey], desk),
      (error: unknown) => error instanceof AdminError && error.code === 'not-allowed',
    );
  },
);
