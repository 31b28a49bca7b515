import { recordAudit } from '../audit/record.ts';
import { notify } from '../notices/notify.ts';
import { isLive } from '../sessions/sessions.ts';
import { lockAccount } from '../store/accounts.ts';
import type { Tx } from '../store/database.ts';
import type { SessionRow } from '../store/schema.ts';
import { holdSession } from '../store/sessions.ts';
import { noSession } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import type { Exchange } from './route-table.ts';

/** What a person changes in the settings that others must not change unseen (R82). */
export type AccountChangeEvent = 'factor-removed' | 'device-forgotten' | 'not-me';

/**
 * Changes the own account while the session lives: it may have been ended, and the account disabled, since the request
 * was let in (R92). Locks the account first, so that no revocation runs between the look and the change.
 * @throws HttpProblem `no-session`; whatever `work` throws
 */
export async function changeAccount<T>(
  { database, clock }: Pick<HttpDeps, 'database' | 'clock'>,
  { account_id, id_hash }: SessionRow,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return await database.write(async (tx) => {
    await lockAccount(tx, account_id);
    const session = await holdSession(tx, database.dialect, id_hash);
    if (!session || !isLive(session, clock())) throw noSession();
    return await work(tx);
  });
}

type Detail = Readonly<Record<string, unknown>>;

/** Writes the audit's row, in the transaction of the change itself. */
export async function auditChange(
  { clock, random, addressOf }: HttpDeps,
  tx: Tx,
  { req, correlationId }: Exchange,
  session: SessionRow,
  event: AccountChangeEvent | 'sessions-ended' | 'sign-out',
  detail?: Detail,
): Promise<void> {
  const { organisation_id: organisationId, account_id: accountId } = session;
  const where = { address: addressOf(req), correlationId, detail: detail ?? null };
  await recordAudit(tx, { at: clock(), event, result: 'ok', organisationId, accountId, ...where }, random);
}

/** The same, and leaves the notice to the person. */
export async function noteChange(
  deps: HttpDeps,
  tx: Tx,
  exchange: Exchange,
  session: SessionRow,
  event: AccountChangeEvent,
  detail?: Detail,
): Promise<void> {
  const { organisation_id: organisationId, account_id: accountId } = session;
  await auditChange(deps, tx, exchange, session, event, detail);
  await notify(tx, { notice: event, organisationId, accountId, at: deps.clock(), random: deps.random });
}
