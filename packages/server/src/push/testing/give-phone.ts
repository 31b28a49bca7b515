import assert from 'node:assert/strict';
import type { PushDevice, PushRequest } from '@tweestap/protocol';
import { newRowId, systemRandom } from '../../crypto/tokens.ts';
import { factors } from '../../factors/index.ts';
import { push } from '../../factors/push/factor.ts';
import { createRegistry, sealData } from '../../flow/rules/factor.ts';
import type { World } from '../../flow/testing/world.ts';
import { insertFactor } from '../../store/factors/factors.ts';
import { getPushDevice } from '../../store/push/push-links.ts';
import { getPushRequest, pushRequestsOf } from '../../store/push/push-requests.ts';
import { linkedDevice } from '../../store/push/push-subscriptions.ts';
import type { PushRequestRow } from '../../store/push-tables.ts';
import type { TestUser } from '../../testing/users.ts';
import { answerRequest } from '../answer-request.ts';
import { confirmDevice } from '../confirm-device.ts';
import { linkDevice } from '../link-device.ts';
import type { PushDeps } from '../push-context.ts';
import { openNumber } from '../request.ts';
import { openDevice } from '../waiting-device.ts';
import { Phone } from './phone.ts';

type Place = Pick<World, 'database' | 'keyring' | 'clock'>;

const caller = { address: '198.51.100.7', correlationId: 'test' };

/** What the functions of a phone need, in a world. */
export const pushDepsOf = ({ database, keyring, clock }: Place): PushDeps => ({
  ...{ database, keyring, clock },
  random: systemRandom,
  registry: createRegistry(factors),
  baseUrl: 'https://portal.example',
});

/** Links a phone to a user without a flow. Returns the phone and the id of its factor. */
export async function givePhone(
  world: Place,
  user: Pick<TestUser, 'id' | 'organisation'>,
): Promise<{ phone: Phone; id: string }> {
  const { database, keyring, clock } = world;
  const phone = await Phone.create(clock);
  const id = newRowId(systemRandom, clock());
  const owner = { id, account_id: user.id, organisation_id: user.organisation };
  await database.write((tx) =>
    insertFactor(tx, {
      ...owner,
      ...{ method: 'push', name: 'Phone', secret: '', state: 'active', last_step: -1 },
      ...{ created_at: clock(), last_used_at: clock(), ended_at: null },
      external_id: phone.thumbprint,
      data: sealData(push, owner, { jwk: phone.publicKey }, keyring),
    }),
  );
  return { phone, id };
}

/** Links a phone by the address that a step or an email shows, without its confirmation. */
export async function openLink(world: Place, uri: string, name = 'Phone') {
  const phone = await Phone.create(world.clock);
  const link = uri.split('#mfa-push=')[1] ?? '';
  const request = { ...caller, link, proof: phone.verified(), name, userAgent: undefined };
  return { phone, device: await linkDevice(pushDepsOf(world), request) };
}

/** Confirms a phone with its own code, or with another one. */
export async function confirm(world: Place, { phone, device }: { phone: Phone; device: PushDevice }, code?: string) {
  const row = await getPushDevice(world.database.read, device.id);
  assert.ok(row, 'the phone is not waiting');
  const typed = code ?? openDevice(world.keyring, row).code ?? '';
  const { thumbprint } = phone;
  return await confirmDevice(pushDepsOf(world), { id: device.id, thumbprint, code: typed }, caller);
}

/** The newest request of a user, with the number of the login screen. */
export async function newestRequest(
  { database, keyring }: Place,
  user: Pick<TestUser, 'id'>,
): Promise<{ row: PushRequestRow; number: string }> {
  // With a clock that stands still, the pending request of parallel logins can be any of them.
  const rows = await pushRequestsOf(database.read, user.id, 3);
  const row = rows.find(({ state }) => state === 'pending') ?? rows[0];
  assert.ok(row, 'the user has no request');
  return { row, number: openNumber(keyring, row) };
}

/** Answers a request from a phone, as the user does. */
export async function respond(
  world: Place,
  phone: Phone,
  request: { id: string; challenge: string },
  { answer = 'approve', number }: { answer?: 'approve' | 'deny'; number?: string | undefined } = {},
): Promise<PushRequest> {
  const device = await linkedDevice(world.database.read, phone.thumbprint);
  assert.ok(device, 'the phone is not linked');
  const token = await phone.answer(request, answer, { number });
  return await answerRequest(pushDepsOf(world), device, { id: request.id, answer: token }, caller);
}

/** Approves the newest request of a user with the right number. */
export async function approve(world: Place, phone: Phone, user: Pick<TestUser, 'id'>): Promise<void> {
  const { row, number } = await newestRequest(world, user);
  await respond(world, phone, row, { number: row.digits === 0 ? undefined : number });
}

/** The state of a request. */
export async function stateOf({ database }: Place, id: string): Promise<string | undefined> {
  return (await getPushRequest(database.read, id))?.state;
}
