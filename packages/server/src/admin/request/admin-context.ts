import type { PasswordHasher } from '../../accounts/password-hasher.ts';
import { emailKey, UsernameError, usernameKey } from '../../accounts/username.ts';
import { type AuditEntry, recordAudit } from '../../audit/record.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import type { Clock, Random } from '../../crypto/tokens.ts';
import type { Factor } from '../../flow/rules/factor.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import type { ClockGuard } from '../../runtime/clock-guard.ts';
import { findAccount, getAccount, lockAccount } from '../../store/accounts.ts';
import type { Database, Db, Tx } from '../../store/database.ts';
import { getOrganisation } from '../../store/organisations.ts';
import type { AccountRow } from '../../store/schema.ts';
import { AdminError } from './admin-error.ts';
import { type Actor, actorOf, isLine } from './roles.ts';

export const HOUR = 3_600_000;
/** R31 and NIST SP 800-63B-4 §4.2.1.2 for what is handed over: a day at most. */
const MAX_HOURS = 24;

/** How long a code of the help desk is good. @throws AdminError `bad-request` */
export function hoursOf(hours = 1): number {
  if (Number.isInteger(hours) && hours >= 1 && hours <= MAX_HOURS) return hours;
  throw new AdminError('bad-request', `The hours are wrong: expected a whole number from 1 to ${MAX_HOURS}.`);
}

export interface AdminDeps {
  /** The list of factors (`factors/index.ts`). */
  factors: readonly Factor[];
  database: Database;
  keyring: Keyring;
  hasher: PasswordHasher;
  clock: Clock;
  /** Refuses verbs while the clock is set back (R86). A process that has just begun, such as the CLI, has nothing to compare. */
  clockGuard?: ClockGuard;
  random: Random;
  /** What the links of invitations begin with (R33), without a slash at its end; undefined where it was not set. */
  baseUrl: string | undefined;
}

/** Who does it and why: both go into the audit (R83). */
export interface AdminRequest {
  /** The user or program that asks, as the portal knows it, with its role. */
  actor: Actor;
  /** Why, in a sentence. */
  reason: string;
}

/** A verb about one account. It reaches accounts of this organisation only (R64, R83). */
export interface AccountRequest extends AdminRequest {
  organisation: string;
  /** Its id or its username, in any spelling. */
  account: string;
}

export interface Target {
  organisation: OrganisationDefinition;
  account: AccountRow;
  /** What to tell whoever may not reach this account: the words for one that does not exist. */
  missing: AdminError;
}

/**
 * Checks who asks and why. `permitted` calls it once for each verb, and hands the verb a request with the checked copy of
 * the actor. @throws AdminError
 */
export function checkRequest({ actor, reason }: AdminRequest): Actor {
  const checked = actorOf(actor);
  if (isLine(reason)) return checked;
  throw new AdminError('bad-request', 'The reason is wrong: expected one line of 1 to 500 characters.');
}

/** @throws AdminError */
export async function organisationOf(db: Db, id: string): Promise<OrganisationDefinition> {
  const found = await getOrganisation(db, id);
  if (found) return found;
  throw unknownOrganisation(id);
}

export function unknownOrganisation(id: string): AdminError {
  return new AdminError(
    'unknown-organisation',
    `There is no organisation "${shown(id)}": add it first, or check its id.`,
  );
}

/** The account that is meant, under its own organisation. @throws AdminError */
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
 * The account that is meant, with its row locked and read after that: no other unit changes it until this one ends.
 * @throws AdminError
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

/** A username as it is compared in this organisation. @throws UsernameError */
export function keyOf(organisation: OrganisationDefinition, username: string): string {
  return organisation.username === 'email' ? emailKey(username) : usernameKey(username);
}

/** One row of the audit, in the transaction that it tells of (R81, R83). */
export async function noteVerb(
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
