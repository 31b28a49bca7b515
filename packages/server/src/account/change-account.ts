import type { ProblemCode } from '@tweestap/protocol';
import { recordAudit } from '../audit/record.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import type { Factor } from '../flow/rules/factor.ts';
import { notify } from '../notices/notify.ts';
import { isLive } from '../sessions/sessions.ts';
import { lockAccount } from '../store/accounts.ts';
import type { Database, Tx } from '../store/database.ts';
import type { SessionRow } from '../store/schema.ts';
import { holdSession } from '../store/sessions.ts';

/** Why a verb of the own account was refused. */
type AccountErrorCode = Extract<
  ProblemCode,
  'no-session' | 'insufficient-user-authentication' | 'not-allowed' | 'not-found' | 'bad-name'
>;

/** A verb of the own account was refused, and nothing has changed: HTTP answers the problem of `code`. */
export class AccountError extends Error {
  readonly code: AccountErrorCode;
  constructor(code: AccountErrorCode) {
    super(`The account was not changed: ${code}.`);
    this.name = 'AccountError';
    this.code = code;
  }
}

/** What the verbs of the own account work with. */
export interface AccountDeps {
  database: Database;
  clock: Clock;
  random: Random;
  /** The list of factors (`factors/index.ts`). */
  factors: readonly Factor[];
}

/** A logged-in user's request. */
export interface Caller {
  session: SessionRow;
  /** The value of the device cookie as it came, if any. */
  deviceToken?: string | undefined;
  /** The client's address; IPv6 as its /64 (R45). */
  address: string;
  correlationId: string;
}

/**
 * Changes the own account while the session lives: it may have been ended, and the account disabled, since the request
 * was let in (R92). Locks the account first, so that no revocation runs between the look and the change.
 * @throws AccountError `no-session`; whatever `work` throws
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

/** Changes of the own account of which the user is notified: they must not be made unseen (R82). */
type NotifiedChange = 'factor-removed' | 'device-forgotten' | 'not-me';

type Detail = Readonly<Record<string, unknown>>;

/** Records a change in the audit, in the transaction of the change itself. */
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

/** Records a change in the audit and notifies the user. */
export async function recordAndNotify(
  deps: Pick<AccountDeps, 'clock' | 'random'>,
  tx: Tx,
  caller: Caller,
  event: NotifiedChange,
  detail?: Detail,
): Promise<void> {
  const { organisation_id: organisationId, account_id: accountId } = caller.session;
  await recordChange(deps, tx, caller, event, detail);
  await notify(tx, { notice: event, organisationId, accountId, at: deps.clock(), random: deps.random });
}
