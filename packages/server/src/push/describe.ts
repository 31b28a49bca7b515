import type { PushAccount, PushDevice, PushRequest } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import { lockOn, passwordKeys } from '../locks/locks.ts';
import { passwordDaysLeft } from '../organisations/policy.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { Db } from '../store/database.ts';
import { knownDevices } from '../store/devices.ts';
import type { PushDeviceRow, PushRequestRow } from '../store/push-tables.ts';
import type { AccountRow, FactorRow } from '../store/schema.ts';
import type { Owner } from './push-context.ts';
import { unlocksLeft } from './unlocks.ts';
import { openDevice } from './waiting-device.ts';

const instant = (at: number): string => new Date(at).toISOString();

/** A phone that is not linked yet, as it sees itself. */
export function describeWaiting(row: PushDeviceRow, keyring: Keyring): PushDevice {
  const { id, name, channel, sent_to: to, confirmed_at, created_at } = row;
  const sent = channel === 'sms' || channel === 'mail';
  const code = channel === 'screen' ? openDevice(keyring, row).code : undefined;
  return {
    id,
    state: confirmed_at === null ? 'code' : 'waiting',
    name,
    ...(sent ? { channel } : {}),
    ...(to === null ? {} : { to }),
    ...(code === undefined ? {} : { code }),
    ...(channel === 'factor' ? { factorCode: true } : {}),
    createdAt: instant(created_at),
  };
}

/** A linked phone, as it sees itself. */
export function describeLinked({ id, name, created_at }: FactorRow): PushDevice {
  return { id, state: 'linked', name, createdAt: instant(created_at) };
}

/** The account of a phone, as the phone shows it. */
export async function describeOwner(
  read: Db,
  { account, organisation }: Owner,
  { now, baseUrl }: { now: number; baseUrl: string },
): Promise<PushAccount> {
  const { id, name, pages, policy } = organisation;
  const daysLeft = passwordDaysLeft(account, policy, now);
  return {
    organisation: { id, name },
    username: account.username,
    ...(account.name === null ? {} : { name: account.name }),
    locked: await isPasswordLocked(read, account, organisation, now),
    unlocksLeft: await unlocksLeft(read, account.id, now),
    ...(daysLeft === undefined ? {} : { passwordDaysLeft: daysLeft }),
    pages: { reset: pages.reset ?? `${baseUrl}/account`, settings: pages.settings ?? `${baseUrl}/settings` },
  };
}

async function isPasswordLocked(
  read: Db,
  account: AccountRow,
  { policy }: OrganisationDefinition,
  now: number,
): Promise<boolean> {
  const keys = passwordKeys(account, await knownDevices(read, account.id));
  const locks = await Promise.all(keys.map((key) => lockOn(read, { key, hardLimit: policy.locks.hard, now })));
  // A hard cap has no end, and a phone does not lift it.
  return locks.some((lock) => lock?.until !== undefined);
}

/** A request, as the phone shows it. */
export function describeRequest(row: PushRequestRow, { account, organisation }: Owner, now: number): PushRequest {
  const { id, portal, browser, address, challenge } = row;
  return {
    ...{ id, portal, browser, address, challenge },
    organisation: { id: organisation.id, name: organisation.name },
    username: account.username,
    at: instant(row.created_at),
    expiresAt: instant(row.expires_at),
    digits: row.digits as PushRequest['digits'],
    state: stateOf(row, now),
  };
}

function stateOf({ state, expires_at }: PushRequestRow, now: number): PushRequest['state'] {
  if (state === 'approved' || state === 'spent') return 'approved';
  if (state === 'denied' || state === 'not-me') return 'denied';
  return state === 'pending' && now < expires_at ? 'pending' : 'expired';
}
