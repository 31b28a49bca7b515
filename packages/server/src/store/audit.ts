import type { Db, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import type { AuditRow } from './schema.ts';

/** Who this account is in the audit. Made on first use; two that make it at once agree on one. */
export async function pseudonymOf(tx: Tx, accountId: string, make: () => string): Promise<string> {
  const known = await find(tx, accountId);
  if (known !== undefined) return known;
  await tx
    .insertInto('pseudonyms')
    .values({ account_id: accountId, pseudonym: make() })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute();
  const made = await find(tx, accountId);
  if (made === undefined) throw new Error('The pseudonym vanished while it was made.');
  return made;
}

/** What an entry about no account asks instead, so that a name without an account costs the same statements (R53). */
export async function noPseudonym(tx: Tx): Promise<null> {
  await find(tx, '');
  return null;
}

const find = prepared(
  (db, accountId: string) => db.selectFrom('pseudonyms').select('pseudonym').where('account_id', '=', accountId),
  ({ rows: [row] }) => row?.pseudonym,
);

export type AccountEventRow = Pick<AuditRow, 'id' | 'at' | 'event' | 'result' | 'method' | 'address' | 'detail'>;

/** The last entries of the audit about an account, of these events, newest first. */
export async function eventsOfAccount(
  db: Db,
  { accountId, events, limit }: { accountId: string; events: readonly string[]; limit: number },
): Promise<AccountEventRow[]> {
  return await aboutAccount(db, accountId).where('event', 'in', events).orderBy('seq', 'desc').limit(limit).execute();
}

/** One entry of the audit, if it is about this account (R64). */
export async function eventOfAccount(db: Db, accountId: string, id: string): Promise<AccountEventRow | undefined> {
  return await aboutAccount(db, accountId).where('id', '=', id).executeTakeFirst();
}

const aboutAccount = (db: Db, accountId: string) =>
  db
    .selectFrom('audit')
    .select(['id', 'at', 'event', 'result', 'method', 'address', 'detail'])
    .where('pseudonym', '=', ({ selectFrom }) =>
      selectFrom('pseudonyms').select('pseudonym').where('account_id', '=', accountId),
    );
