import type { Db, Tx } from './database.ts';
import { firstRow, pick, prepared, preparedHold, preparedWrite } from './prepared.ts';
import type { SessionRow } from './schema.ts';

/** Adds a session. */
export const insertSession = preparedWrite((db, row: SessionRow) =>
  db
    .insertInto('sessions')
    .values(
      pick(row, [
        'id_hash',
        'account_id',
        'organisation_id',
        'amr',
        'acr',
        'auth_time',
        'factor_time',
        'recovery',
        'created_at',
        'last_seen_at',
        'expires_at',
        'client',
      ]),
    ),
);

/** The session with this hash, whatever its age. The caller checks the idle and absolute limits (R71). */
export const findSession = prepared(
  (db, idHash: string) => db.selectFrom('sessions').selectAll().where('id_hash', '=', idHash),
  firstRow,
);

/** A session whose row stays unchanged until the transaction ends. Undefined when the session has ended. */
export const holdSession = preparedHold((db, idHash: string) =>
  db.selectFrom('sessions').selectAll().where('id_hash', '=', idHash),
);

/**
 * Records a use of a session. The time only moves forward, so a slow request does not make a session look older than it
 * is.
 */
export async function touchSession(tx: Tx, idHash: string, now: number): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ last_seen_at: now })
    .where('id_hash', '=', idHash)
    .where('last_seen_at', '<', now)
    .execute();
}

/** Deletes a session, and returns whether it existed. */
export async function deleteSession(tx: Tx, idHash: string): Promise<boolean> {
  const result = await tx.deleteFrom('sessions').where('id_hash', '=', idHash).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/**
 * Deletes a session that has expired, was last used at `idleSince` or before, or was last used after `seenUntil`. The
 * conditions are checked again because another request may have used it meanwhile.
 */
export async function deleteDeadSession(
  tx: Tx,
  idHash: string,
  { now, idleSince, seenUntil }: { now: number; idleSince: number; seenUntil: number },
): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where('id_hash', '=', idHash)
    .where(({ eb, or }) =>
      or([eb('expires_at', '<=', now), eb('last_seen_at', '<=', idleSince), eb('last_seen_at', '>', seenUntil)]),
    )
    .execute();
}

/** Deletes the sessions of an account, except `exceptIdHash`, and returns how many. */
export async function deleteSessionsOfAccount(tx: Tx, accountId: string, exceptIdHash?: string): Promise<number> {
  let deletion = tx.deleteFrom('sessions').where('account_id', '=', accountId);
  if (exceptIdHash !== undefined) deletion = deletion.where('id_hash', '!=', exceptIdHash);
  return Number((await deletion.executeTakeFirst()).numDeletedRows);
}

/** Deletes the sessions of an account that a client began, and returns how many. */
export async function deleteSessionsOfClient(tx: Tx, accountId: string, client: string): Promise<number> {
  const deletion = tx.deleteFrom('sessions').where('account_id', '=', accountId).where('client', '=', client);
  return Number((await deletion.executeTakeFirst()).numDeletedRows);
}

/** How many other sessions of the account have not expired and were used after `seenSince`. */
export async function countOtherSessions(
  db: Db,
  { account_id: accountId, id_hash: except }: Pick<SessionRow, 'account_id' | 'id_hash'>,
  { now, seenSince }: { now: number; seenSince: number },
): Promise<number> {
  const { count } = await db
    .selectFrom('sessions')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('id_hash', '!=', except)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', seenSince)
    .executeTakeFirstOrThrow();
  return count;
}

/** How many sessions of an account have not reached their absolute end. */
export async function countSessions(db: Db, accountId: string, now: number): Promise<number> {
  const { count } = await db
    .selectFrom('sessions')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return count;
}
