import { lockAccount } from '../accounts/hold-account.ts';
import type { Db, Tx } from '../database.ts';
import type { PushRequestRow } from '../push-tables.ts';

/** In ms: the window in which unanswered requests are counted (R21). */
const WINDOW_MS = 10 * 60_000;
/** The number of unanswered requests in a window after which no more are sent (R21). */
const MAX_UNANSWERED = 3;
/** In ms: how long an approval stays valid for its flow. */
export const APPROVAL_LIFE_MS = 5 * 60_000;

/** Why no request is sent now. `until` is absent if no wait ends it. */
export interface PushStop {
  /** ms since the epoch. */
  until?: number;
}

/**
 * Whether requests of an account are stopped: three in ten minutes were not approved, or the user denied one and has not
 * chosen a new password since (R21). Undefined when a request may be sent.
 */
export async function pushStop(db: Db, accountId: string, now: number): Promise<PushStop | undefined> {
  if (await isPasswordDisowned(db, accountId)) return {};
  const rows = await db
    .selectFrom('push_requests')
    .select('created_at')
    .where('account_id', '=', accountId)
    .where('created_at', '>', now - WINDOW_MS)
    .where('state', 'not in', ['approved', 'spent'])
    .orderBy('created_at', 'desc')
    .limit(MAX_UNANSWERED)
    .execute();
  const oldest = rows[MAX_UNANSWERED - 1];
  return oldest && { until: oldest.created_at + WINDOW_MS };
}

/**
 * Whether the user denied a request since the password was set: someone else knows the password. The mark of the account decides
 * where the clock was set back behind the last change of the password (R86).
 */
async function isPasswordDisowned(db: Db, accountId: string): Promise<boolean> {
  const found = await db
    .selectFrom('push_requests')
    .innerJoin('accounts', 'accounts.id', 'push_requests.account_id')
    .select('push_requests.id')
    .where('push_requests.account_id', '=', accountId)
    .where('push_requests.state', '=', 'not-me')
    .where(({ eb, or }) =>
      or([
        eb('accounts.password_changed_at', 'is', null),
        eb('accounts.must_change_password', '=', 1),
        eb('push_requests.answered_at', '>=', eb.ref('accounts.password_changed_at')),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/**
 * Adds a request, which replaces a pending one of the account. Returns false when requests are stopped. It locks the account
 * row before it counts, so parallel logins can't exceed the limit, and a refused one replaces nothing.
 */
export async function addPushRequest(tx: Tx, row: PushRequestRow): Promise<boolean> {
  const { account_id, created_at: now } = row;
  if (!(await lockAccount(tx, account_id)) || (await pushStop(tx, account_id, now))) return false;
  await tx
    .updateTable('push_requests')
    .set({ state: 'voided' })
    .where('account_id', '=', account_id)
    .where('state', '=', 'pending')
    .execute();
  await tx.insertInto('push_requests').values(row).execute();
  return true;
}

/** The request with an id; undefined when there is none. */
export async function getPushRequest(db: Db, id: string): Promise<PushRequestRow | undefined> {
  return await db.selectFrom('push_requests').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The newest requests of an account. */
export async function pushRequestsOf(db: Db, accountId: string, limit: number): Promise<PushRequestRow[]> {
  return await db
    .selectFrom('push_requests')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** An answer of a device. */
export interface PushAnswer {
  /** The id of the request. */
  id: string;
  accountId: string;
  /** The factor that answered. */
  deviceId: string;
  state: 'approved' | 'denied' | 'not-me';
  /** ms since the epoch. */
  now: number;
}

/** Records the first answer to a pending request. Returns false when it was answered, replaced or has expired. */
export async function answerPushRequest(tx: Tx, { id, accountId, deviceId, state, now }: PushAnswer): Promise<boolean> {
  const result = await tx
    .updateTable('push_requests')
    .set({ state, answered_at: now, device_id: deviceId })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('state', '=', 'pending')
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Uses an approval for its own flow, once (R20). Returns false when it is not approved, was used, belongs to another flow, is
 * too old, or when the device was removed since.
 */
export async function spendPushRequest(
  tx: Tx,
  { id, flowId, now }: { id: string; flowId: string; now: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('push_requests')
    .set({ state: 'spent' })
    .where('id', '=', id)
    .where('flow_id', '=', flowId)
    .where('state', '=', 'approved')
    .where('answered_at', '>', now - APPROVAL_LIFE_MS)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('factors')
          .select('factors.id')
          .whereRef('factors.id', '=', 'push_requests.device_id')
          .whereRef('factors.account_id', '=', 'push_requests.account_id')
          .where('factors.state', '=', 'active'),
      ),
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether a flow can still use an approval. Times in ms since the epoch. */
export const isApprovalValid = (answeredAt: number | null, now: number): boolean =>
  answeredAt !== null && answeredAt > now - APPROVAL_LIFE_MS;

/** Ends a request that was not answered in time, or whose approval is too old: a clock that is set back does not revive it (R86). */
export async function endExpiredPushRequest(tx: Tx, id: string, now: number): Promise<void> {
  await tx
    .updateTable('push_requests')
    .set({ state: 'voided' })
    .where('id', '=', id)
    .where(({ and, or, eb }) =>
      or([
        and([eb('state', '=', 'pending'), eb('expires_at', '<=', now)]),
        and([eb('state', '=', 'approved'), eb('answered_at', '<=', now - APPROVAL_LIFE_MS)]),
      ]),
    )
    .execute();
}

/** Ends the pending and approved requests of an account, except those of one flow (R34). Returns how many ended. */
export async function endPushRequests(tx: Tx, accountId: string, exceptFlow?: string): Promise<number> {
  let update = tx
    .updateTable('push_requests')
    .set({ state: 'voided' })
    .where('account_id', '=', accountId)
    .where('state', 'in', ['pending', 'approved']);
  if (exceptFlow !== undefined) update = update.where('flow_id', '!=', exceptFlow);
  return Number((await update.executeTakeFirst()).numUpdatedRows);
}
