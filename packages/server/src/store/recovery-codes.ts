import type { Db, Tx } from './database.ts';

/** The recovery codes of an account as they are stored. */
export interface RecoveryCodeSet {
  /** The id of the set. */
  setId: string;
  /** One salt for the whole set. */
  salt: string;
  /** Spent codes are included; `spentAt` is in ms since the epoch. */
  codes: { id: string; hash: string; spentAt: number | null }[];
}

/** A new set of recovery codes. */
export interface NewRecoveryCodeSet {
  /** The account that the set belongs to. */
  accountId: string;
  /** The organisation of the account. */
  organisationId: string;
  /** The id of the set. */
  setId: string;
  /** One salt for the whole set, so that checking a guess costs one hash instead of six (R30). */
  salt: string;
  /** The ids and hashes of the codes. */
  codes: readonly { id: string; hash: string }[];
  /** ms since the epoch. */
  now: number;
}

/** The current set of recovery codes of an account; undefined when it has none. */
export async function currentRecoveryCodes(db: Db, accountId: string): Promise<RecoveryCodeSet | undefined> {
  const rows = await db
    .selectFrom('recovery_codes')
    .select(['id', 'set_id', 'salt', 'hash', 'spent_at'])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute();
  const [first] = rows;
  if (!first) return undefined;
  const codes = rows.map((row) => ({ id: row.id, hash: row.hash, spentAt: row.spent_at }));
  return { setId: first.set_id, salt: first.salt, codes };
}

/** Stores a set of recovery codes and deletes the previous one. */
export async function replaceRecoveryCodes(tx: Tx, set: NewRecoveryCodeSet): Promise<void> {
  await deleteRecoveryCodes(tx, set.accountId);
  const rows = set.codes.map(({ id, hash }) => ({
    id,
    account_id: set.accountId,
    organisation_id: set.organisationId,
    set_id: set.setId,
    salt: set.salt,
    hash,
    created_at: set.now,
    spent_at: null,
  }));
  if (rows.length > 0) await tx.insertInto('recovery_codes').values(rows).execute();
}

/**
 * Spends a recovery code with one conditional update, so that only one of many submissions succeeds (R30, R63). Returns
 * false when the code is already spent.
 */
export async function spendRecoveryCode(tx: Tx, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('recovery_codes')
    .set({ spent_at: now })
    .where('id', '=', id)
    .where('spent_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether a recovery code belongs to the current set of the account, whether spent or not. */
export async function isCurrentRecoveryCode(db: Db, accountId: string, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('recovery_codes')
    .select('id')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row !== undefined;
}

/** How many recovery codes of an account are unspent. */
export async function countUnspent(db: Db, accountId: string): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_codes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('spent_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Deletes the recovery codes of an account, and returns how many there were. */
export async function deleteRecoveryCodes(tx: Tx, accountId: string): Promise<number> {
  const result = await tx.deleteFrom('recovery_codes').where('account_id', '=', accountId).executeTakeFirst();
  return Number(result.numDeletedRows);
}
