import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import { pick, prepared } from './prepared.ts';
import type { AuditHeadTable, AuditRow } from './schema.ts';

const columns = [
  'id',
  'at',
  'organisation_id',
  'pseudonym',
  'event',
  'result',
  'method',
  'address',
  'flow_id',
  'correlation_id',
  'detail',
] as const;

/** An audit entry before it has a place in the chain. */
type NewAuditRow = Pick<AuditRow, (typeof columns)[number]>;

/** Appends an entry. The columns of the chain are null until the entry is sealed. */
export async function insertAuditEntry(tx: Tx, row: NewAuditRow): Promise<void> {
  await append(tx, row);
}

const append = prepared((db, row: NewAuditRow) =>
  db.insertInto('audit').values({ ...pick(row, columns), chain_index: null, previous_hash: null, hash: null }),
);

/** At most `limit` entries without a place in the chain, in the order of insertion. */
export async function unsealedEntries(tx: Tx, limit: number): Promise<AuditRow[]> {
  return await tx
    .selectFrom('audit')
    .selectAll()
    .where('chain_index', 'is', null)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** How many entries have no place in the chain yet. */
export async function countUnsealed(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('audit')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('chain_index', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

type AuditHeadRow = Selectable<AuditHeadTable>;

/** The end of the chain. Undefined before the first entry is sealed. */
export async function auditHead(db: Db): Promise<AuditHeadRow | undefined> {
  return await db.selectFrom('audit_head').selectAll().executeTakeFirst();
}

/** Moves the end of the chain from the index `from` to `to`. Returns false when the end is no longer at `from`. */
export async function moveAuditHead(tx: Tx, from: number, to: Omit<AuditHeadRow, 'id'>): Promise<boolean> {
  const moved = await tx
    .insertInto('audit_head')
    .values({ id: 1, ...to })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(to).where('audit_head.chain_index', '=', from))
    .executeTakeFirst();
  return moved.numInsertedOrUpdatedRows === 1n;
}

/** The place of an entry in the chain. */
export interface SealedPlace {
  /** The entry, by its order of insertion. */
  seq: number;
  /** The index of the entry in the chain. */
  index: number;
  /** The hash of the previous entry. */
  previous: string;
  /** The hash of this entry. */
  hash: string;
}

/**
 * Writes the places of entries that have none, in one statement: both databases name the columns of VALUES column1,
 * column2 and so on. Returns how many were written.
 */
export async function sealEntries(tx: Tx, places: readonly SealedPlace[]): Promise<number> {
  const values = places.map(
    ({ seq, index, previous, hash }) =>
      sql`(cast(${seq} as bigint), cast(${index} as bigint), cast(${previous} as text), cast(${hash} as text))`,
  );
  const written = await sql`
    update audit set chain_index = places.column2, previous_hash = places.column3, hash = places.column4
    from (values ${sql.join(values)}) as places
    where audit.seq = places.column1 and audit.chain_index is null`.execute(tx);
  return Number(written.numAffectedRows);
}

/** At most `limit` entries with an index above `after` and up to `upTo`, in the order of the chain. */
export async function sealedEntries(
  db: Db,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<AuditRow[]> {
  return await db
    .selectFrom('audit')
    .selectAll()
    .where('chain_index', '>', after)
    .where('chain_index', '<=', upTo)
    .orderBy('chain_index')
    .limit(limit)
    .execute();
}

/** Whether the chain has an entry with an index above this one. */
export async function isSealedAfter(db: Db, index: number): Promise<boolean> {
  const row = await db.selectFrom('audit').select('seq').where('chain_index', '>', index).limit(1).executeTakeFirst();
  return row !== undefined;
}

/**
 * The pseudonym of the account in the audit. It is created by `make` on first use; transactions that create it at the
 * same moment agree on one value.
 */
export async function pseudonymOf(tx: Tx, accountId: string, make: () => string): Promise<string> {
  const known = await find(tx, accountId);
  if (known !== undefined) return known;
  await tx
    .insertInto('pseudonyms')
    .values({ account_id: accountId, pseudonym: make() })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute();
  const made = await find(tx, accountId);
  if (made === undefined) throw new Error('The pseudonym of the account was deleted while it was being created.');
  return made;
}

/**
 * Runs the query of `pseudonymOf` for an entry without an account, so that a username without an account costs the same
 * statements (R53).
 */
export async function noPseudonym(tx: Tx): Promise<null> {
  await find(tx, '');
  return null;
}

const find = prepared(
  (db, accountId: string) => db.selectFrom('pseudonyms').select('pseudonym').where('account_id', '=', accountId),
  ({ rows: [row] }) => row?.pseudonym,
);

/** The columns of an audit entry that the list of events of an account needs. */
export type AccountEventRow = Pick<AuditRow, 'id' | 'at' | 'event' | 'result' | 'method' | 'address' | 'detail'>;

/** The newest audit entries about an account with one of these events, newest first. */
export async function eventsOfAccount(
  db: Db,
  { accountId, events, limit }: { accountId: string; events: readonly string[]; limit: number },
): Promise<AccountEventRow[]> {
  return await aboutAccount(db, accountId).where('event', 'in', events).orderBy('seq', 'desc').limit(limit).execute();
}

/** The audit entry with an id, if it is about this account (R64). Undefined otherwise. */
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
