import type { ProblemCode } from '@tweestap/protocol';
import { recordAudit } from '../audit/record.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import type { CheckedDirectory } from '../directory/directory.ts';
import type { Factor } from '../flow/rules/factor.ts';
import { notify } from '../notices/notify.ts';
import { isLive } from '../sessions/sessions.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import type { Database, Tx } from '../store/database.ts';
import type { SessionRow } from '../store/schema.ts';
import { holdSession } from '../store/sessions.ts';

/** Why a change of the user's own account was refused. */
type AccountErrorCode = Extract<
  ProblemCode,
  'no-session' | 'insufficient-user-authentication' | 'not-allowed' | 'not-found' | 'bad-name' | 'bad-client'
>;

/** A change of the user's own account was refused, and nothing was changed. The HTTP response is the problem `code`. */
export class AccountError extends Error {
  /** The problem code of the refusal. */
  readonly code: AccountErrorCode;
  /** A sentence for the developer who reads the response; it contains nothing that was sent. Default: none. */
  readonly detail: string | undefined;
  constructor(code: AccountErrorCode, detail?: string) {
    super(`The account was not changed: ${code}.`);
    this.name = 'AccountError';
    this.code = code;
    this.detail = detail;
  }
}

/** The dependencies of the functions that read or change the user's own account. */
export interface AccountDeps {
  /** The database of the accounts. */
  database: Database;
  /** Returns the current time in ms since the epoch. */
  clock: Clock;
  /** The source of random bytes. */
  random: Random;
  /** The list of factors (`factors/index.ts`). */
  factors: readonly Factor[];
  /** The users of the portal; undefined when all accounts are in the database. */
  directory?: CheckedDirectory | undefined;
  /** Opens the sealed data of factors. */
  keyring: Pick<Keyring, 'open'>;
}

/** The request of a logged-in user. */
export interface Caller {
  /** The session of the request, as it was when the request was admitted. */
  session: SessionRow;
  /** The unchecked value of the device cookie. Default: none. */
  deviceToken?: string | undefined;
  /** The client's address; an IPv6 address is shortened to its /64 (R45). */
  address: string;
  /** The id that connects the request with its audit events. */
  correlationId: string;
}

/**
 * Runs `work` in a transaction, if the session is still valid. Since the request was admitted, the session may have
 * ended or the account may have been disabled (R92). Locks the account first, so that no revocation runs between check
 * and change.
 * @throws AccountError `no-session`; also everything that `work` throws
 */
export async function changeAccount<T>(
  { database, clock }: Pick<AccountDeps, 'database' | 'clock'>,
  { session: { account_id, id_hash } }: Pick<Caller, 'session'>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return await database.write(async (tx) => {
    await lockAccount(tx, account_id);
    const session = await holdSession(tx, database.dialect, id_hash);
    if (!session || !isLive(session, clock())) throw new AccountError('no-session');
    return await work(tx);
  });
}

/** Changes of the user's own account that the user is notified of, so that none goes unnoticed (R82). */
type NotifiedChange = 'factor-removed' | 'device-forgotten' | 'not-me' | 'installation-added' | 'installation-removed';

type Detail = Readonly<Record<string, unknown>>;

/** Records a change in the audit, in the transaction of the change. */
export async function recordChange(
  { clock, random }: Pick<AccountDeps, 'clock' | 'random'>,
  tx: Tx,
  { session, address, correlationId }: Caller,
  event: NotifiedChange | 'sessions-ended' | 'sign-out',
  detail?: Detail,
): Promise<void> {
  const { organisation_id: organisationId, account_id: accountId } = session;
  const where = { address, correlationId, detail: detail ?? null };
  await recordAudit(tx, { at: clock(), event, result: 'ok', organisationId, accountId, ...where }, random);
}

/**
 * Records a change in the audit and notifies the user, in the transaction of the change. `detail` is for the audit, `data`
 * for the notice.
 */
export async function recordAndNotify(
  deps: Pick<AccountDeps, 'clock' | 'random'>,
  tx: Tx,
  caller: Caller,
  event: NotifiedChange,
  { detail, data = {} }: { detail?: Detail; data?: Detail } = {},
): Promise<void> {
  const { organisation_id: organisationId, account_id: accountId } = caller.session;
  await recordChange(deps, tx, caller, event, detail);
  await notify(tx, { notice: event, organisationId, accountId, at: deps.clock(), random: deps.random, data });
}
