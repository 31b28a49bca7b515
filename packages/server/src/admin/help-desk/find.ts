import { hasPassword } from '../../accounts/password-hash.ts';
import { codeKey, emailCodeKey, passwordKey, recoveryKey, smsKey } from '../../locks/locks.ts';
import { getCounter } from '../../store/counters.ts';
import type { Db } from '../../store/database.ts';
import { knownDevices } from '../../store/devices.ts';
import { allFactors, isCompanion } from '../../store/factors/factors.ts';
import { deskCodeOf, passwordCodeOf } from '../../store/help-desk/desk-codes.ts';
import { newestLink } from '../../store/links.ts';
import { countUnspent } from '../../store/recovery-codes.ts';
import type { AccountRow, CounterRow, FactorRow, LinkRow } from '../../store/schema.ts';
import { countSessions } from '../../store/sessions.ts';
import { type AccountRequest, type AdminDeps, recordVerb, targetOf } from '../request/admin-context.ts';

/** The failures that count towards a lock (D7). */
export interface FoundLock {
  /** Failures since the last success or unlock. */
  soft: number;
  /** Failures since the last success. */
  hard: number;
  /** RFC 3339; present only during a soft lock. */
  lockedUntil?: string;
  /** The hard cap was reached. `unlock` does not lift it. */
  capped?: true;
}

/** What the help desk sees of an account: never a password, a secret or a code (R83). Times are RFC 3339. */
export interface FoundAccount {
  /** The id of the account. */
  id: string;
  /** The id of the organisation. */
  organisation: string;
  /** The username as it was entered when the account was added. */
  username: string;
  /** The user's name, if it is known. */
  name?: string;
  /** The address for email, if there is one. */
  email?: string;
  /** Whether the account is active or disabled. */
  state: AccountRow['state'];
  /** False until the account is activated. */
  hasPassword: boolean;
  /** The portal's id of the user, who has the password there. */
  externalId?: string;
  /** When the account was added. */
  createdAt: string;
  /** All factors, including those that ended. */
  factors: {
    id: string;
    method: FactorRow['method'];
    name: string;
    state: FactorRow['state'];
    createdAt: string;
    lastUsedAt?: string;
  }[];
  /** How many recovery codes are unused. */
  recoveryCodesLeft: number;
  /** The one-time code of the help desk, while it is valid and unused. */
  helpDeskCode?: { expiresAt: string };
  /** A new password that the help desk started, until the user chooses it or the code or letter expires. */
  passwordStarted?: { by: 'letter' | 'code'; expiresAt: string };
  /** The newest activation link, mailed or printed. Present only until the account has a password. */
  invitation?: { sentAt: string; expiresAt: string; expired: boolean };
  /** How many sessions are open. */
  sessions: number;
  /** How many devices know the account, remembered or not. */
  devices: number;
  /** The failures and locks of each credential. */
  locks: { password: FoundLock; codes: FoundLock; recoveryCodes: FoundLock };
}

/** Returns one account. The request is recorded in the audit. @throws AdminError */
export async function find(deps: AdminDeps, request: AccountRequest): Promise<FoundAccount> {
  const { database } = deps;
  const { account, organisation } = await targetOf(database.read, request);
  const where = { organisationId: account.organisation_id, accountId: account.id };
  await database.write((tx) => recordVerb(tx, deps, request, { event: 'admin-find', ...where }));
  return await describe(database.read, account, organisation.policy.locks.hard, deps.clock());
}

async function describe(db: Db, account: AccountRow, hard: number, now: number): Promise<FoundAccount> {
  const [factors, left, sessions, devices, password, codes, recovery, desk, link, started] = await Promise.all([
    allFactors(db, account.id),
    countUnspent(db, account.id),
    countSessions(db, account.id, now),
    knownDevices(db, account.id),
    getCounter(db, passwordKey(account.organisation_id, account.username_key)),
    Promise.all([codeKey, smsKey, emailCodeKey].map((keyOf) => getCounter(db, keyOf(account.id)))),
    getCounter(db, recoveryKey(account.id)),
    deskCodeOf(db, account.id),
    hasPassword(account) ? undefined : newestLink(db, account.id, 'activate'),
    startedFor(db, account.id, now),
  ]);
  return {
    id: account.id,
    organisation: account.organisation_id,
    username: account.username,
    ...(account.name === null ? {} : { name: account.name }),
    ...(account.email === null ? {} : { email: account.email }),
    state: account.state,
    ...(account.external_id === null ? {} : { externalId: account.external_id }),
    hasPassword: hasPassword(account),
    createdAt: time(account.created_at),
    // Codes that come along with a phone are part of it.
    factors: factors
      .filter((row) => !isCompanion(row))
      .map((row) => ({
        id: row.id,
        method: row.method,
        name: row.name,
        state: row.state,
        createdAt: time(row.created_at),
        ...(row.last_used_at === null ? {} : { lastUsedAt: time(row.last_used_at) }),
      })),
    recoveryCodesLeft: left,
    ...(desk && desk.spent_at === null && desk.expires_at > now
      ? { helpDeskCode: { expiresAt: time(desk.expires_at) } }
      : {}),
    ...(started ? { passwordStarted: started } : {}),
    ...(link ? { invitation: invitationOf(link, now) } : {}),
    sessions,
    devices: devices.length,
    locks: {
      password: lockOf(password, hard, now),
      codes: worst(codes.map((counter) => lockOf(counter, hard, now))),
      recoveryCodes: lockOf(recovery, hard, now),
    },
  };
}

function invitationOf({ created_at, expires_at }: LinkRow, now: number): NonNullable<FoundAccount['invitation']> {
  return { sentAt: time(created_at), expiresAt: time(expires_at), expired: expires_at <= now };
}

/** The valid code or printed link of a started password. At most one of them is valid. */
async function startedFor(db: Db, accountId: string, now: number): Promise<FoundAccount['passwordStarted']> {
  const [code, link] = await Promise.all([
    passwordCodeOf(db, accountId),
    newestLink(db, accountId, 'reset', 'helpdesk'),
  ]);
  if (code && code.spent_at === null && code.expires_at > now) return { by: 'code', expiresAt: time(code.expires_at) };
  return link && link.expires_at > now ? { by: 'letter', expiresAt: time(link.expires_at) } : undefined;
}

/** The lock that matters most among those of an app, of text messages and of email: the one with the most failures. */
function worst(locks: readonly FoundLock[]): FoundLock {
  return locks.reduce((most, lock) => (lock.hard > most.hard ? lock : most));
}

function lockOf(counter: CounterRow | undefined, cap: number, now: number): FoundLock {
  const { soft = 0, hard = 0, locked_until = 0 } = counter ?? {};
  return {
    soft,
    hard,
    ...(locked_until > now ? { lockedUntil: time(locked_until) } : {}),
    ...(hard >= cap ? { capped: true } : {}),
  };
}

const time = (ms: number): string => new Date(ms).toISOString();
