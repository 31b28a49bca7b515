import type { Db, Tx } from './database.ts';

export interface RecoveryCodeSet {
  setId: string;
  salt: string;
  codes: { id: string; hash: string; spentAt: number | null }[];
}

export interface NewRecoveryCodeSet {
  accountId: string;
  organisationId: string;
  setId: string;
  /** One salt a set: a guess costs one hash, not six (R30). */
  salt: string;
  codes: readonly { id: string; hash: string }[];
  now: number;
}

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

/** The new set is the only one: the codes before it are gone. */
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

/** One conditional update that exactly one of many submissions wins (R30, R63). */
export async function spendRecoveryCode(tx: Tx, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('recovery_codes')
    .set({ spent_at: now })
    .where('id', '=', id)
    .where('spent_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether the set that a code belongs to is still the account's, the code spent or not. */
export async function recoveryCodeStands(db: Db, accountId: string, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('recovery_codes')
    .select('id')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function countUnspent(db: Db, accountId: string): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_codes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('spent_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Answers how many rows went. */
export async function deleteRecoveryCodes(tx: Tx, accountId: string): Promise<number> {
  const result = await tx.deleteFrom('recovery_codes').where('account_id', '=', accountId).executeTakeFirst();
  return Number(result.numDeletedRows);
}
