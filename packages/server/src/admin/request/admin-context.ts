import type { PasswordHasher } from '../../accounts/password-hasher.ts';
import { emailKey, UsernameError, usernameKey } from '../../accounts/username.ts';
import { type AuditEntry, recordAudit } from '../../audit/record.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import type { Clock, Random } from '../../crypto/tokens.ts';
import type { CheckedDirectory } from '../../directory/directory.ts';
import type { Factor } from '../../flow/rules/factor.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import type { ClockGuard } from '../../runtime/clock-guard.ts';
import { findAccount, getAccount } from '../../store/accounts/accounts.ts';
import { lockAccount } from '../../store/accounts/hold-account.ts';
import type { Database, Db, Tx } from '../../store/database.ts';
import { getOrganisation } from '../../store/organisations.ts';
import type { AccountRow } from '../../store/schema.ts';
import { AdminError } from './admin-error.ts';
import { type Actor, actorOf, isLine } from './roles.ts';

/** One hour in ms. */
export const HOUR = 3_600_000;
/** R31 and NIST SP 800-63B-4 §4.2.1.2: a code that is handed over is valid for at most one day. */
const MAX_HOURS = 24;

/** Checks how many hours a code of the help desk is valid. @throws AdminError `bad-request` */
export function hoursOf(hours = 1): number {
  if (Number.isInteger(hours) && hours >= 1 && hours <= MAX_HOURS) return hours;
  throw new AdminError('bad-request', `hours must be a whole number from 1 to ${MAX_HOURS}.`);
}

/** The dependencies of the verbs. */
export interface AdminDeps {
  /** The list of factors (`factors/index.ts`). */
  factors: readonly Factor[];
  /** The database that the verbs read and change. */
  database: Database;
  /** The keys that encrypt and decrypt secrets. */
  keyring: Keyring;
  /** Hashes passwords and codes. */
  hasher: PasswordHasher;
  /** Returns the current time in ms since the epoch. */
  clock: Clock;
  /**
   * Refuses verbs while the clock is set back (R86). Missing in the CLI: a new process has no earlier time to compare
   * with.
   */
  clockGuard?: ClockGuard;
  /** The source of random bytes. */
  random: Random;
  /** The users of the portal; undefined when all accounts are in the database, and on the command line. */
  directory?: CheckedDirectory | undefined;
  /** The base address of links (R33), without a slash at its end; undefined if it is not set. */
  baseUrl: string | undefined;
}

/** The part that all requests have in common. Actor and reason are recorded in the audit (R83). */
export interface AdminRequest {
  /** The helper or program that makes the request, authenticated by the portal, with its role. */
  actor: Actor;
  /** The reason in one line of 1 to 500 characters. */
  reason: string;
}

/** The request of a verb for one account. The verb reaches only accounts of this organisation (R64, R83). */
export interface AccountRequest extends AdminRequest {
  /** The id of the organisation. */
  organisation: string;
  /** The account's id, or its username in any spelling. */
  account: string;
}

/** The account that a request names. */
export interface Target {
  /** The organisation of the account. */
  organisation: OrganisationDefinition;
  /** The row of the account. */
  account: AccountRow;
  /** The error for an actor that may not reach this account, the same as for an account that does not exist. */
  missing: AdminError;
}

/**
 * Checks the actor and the reason. `permitted` calls it once per request and passes the returned copy of the actor to
 * the verb. @throws AdminError `bad-request`
 */
export function checkRequest({ actor, reason }: AdminRequest): Actor {
  const checked = actorOf(actor);
  if (isLine(reason)) return checked;
  throw new AdminError('bad-request', 'reason must be one line of 1 to 500 characters.');
}

/** Returns an organisation by its id. @throws AdminError `unknown-organisation` */
export async function organisationOf(db: Db, id: string): Promise<OrganisationDefinition> {
  const found = await getOrganisation(db, id);
  if (found) return found;
  throw unknownOrganisation(id);
}

/** Creates the error for an organisation that does not exist or that the actor may not reach. */
export function unknownOrganisation(id: string): AdminError {
  return new AdminError(
    'unknown-organisation',
    `There is no organisation "${shown(id)}": add it first, or check its id.`,
  );
}

/**
 * Finds the account of a request in its organisation, by id or by username.
 * @throws AdminError `unknown-organisation` or `unknown-account`
 */
export async function targetOf(db: Db, request: AccountRequest): Promise<Target> {
  const organisation = await organisationOf(db, request.organisation);
  const account =
    (await getAccount(db, organisation.id, request.account)) ?? (await accountNamed(db, organisation, request.account));
  const where = `organisation "${organisation.id}"`;
  const missing = new AdminError('unknown-account', `There is no account "${shown(request.account)}" in ${where}.`);
  if (account) return { organisation, account, missing };
  throw missing;
}

/**
 * Finds the account of a request, locks its row, and then reads it. No other transaction changes it until this one
 * ends.
 * @throws AdminError `unknown-organisation` or `unknown-account`
 */
export async function lockedTargetOf(tx: Tx, request: AccountRequest): Promise<Target> {
  const { organisation, account: seen, missing } = await targetOf(tx, request);
  await lockAccount(tx, seen.id);
  const account = await getAccount(tx, organisation.id, seen.id);
  if (account) return { organisation, account, missing };
  throw missing;
}

async function accountNamed(
  db: Db,
  organisation: OrganisationDefinition,
  name: string,
): Promise<AccountRow | undefined> {
  try {
    return await findAccount(db, organisation.id, keyOf(organisation, name));
  } catch (error) {
    if (error instanceof UsernameError) return undefined;
    throw error;
  }
}

/** Returns the key by which the organisation compares a username. @throws UsernameError */
export function keyOf(organisation: OrganisationDefinition, username: string): string {
  return organisation.username === 'email' ? emailKey(username) : usernameKey(username);
}

/** Records a successful verb in the audit, in the transaction of its effect (R81, R83). */
export async function recordVerb(
  tx: Tx,
  { clock, random }: Pick<AdminDeps, 'clock' | 'random'>,
  request: AdminRequest,
  entry: Omit<AuditEntry, 'at' | 'result'>,
): Promise<void> {
  const { role, name } = request.actor;
  const detail = { actor: name, role, reason: request.reason, ...entry.detail };
  await recordAudit(tx, { ...entry, at: clock(), result: 'ok', detail }, random);
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 80)).slice(1, -1);
