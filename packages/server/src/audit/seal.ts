import { sql } from 'kysely';
import { type Database, Rollback, type Tx } from '../store/database.ts';
import type { AuditRow } from '../store/schema.ts';
import { takeLease } from '../store/upkeep/leases.ts';
import { entryHash, GENESIS } from './chain.ts';

/** Entries a transaction: short enough that logins hardly wait for it. */
const BATCH = 200;
/** ms that a batch may take before another instance may try. */
const LEASE = 30_000;

export interface SealOptions {
  /** This instance, for the lease. */
  holder: string;
}

/**
 * Chains the unsealed entries in the order of their insertion, batch after batch, and answers how many. Instances that
 * seal at once make one chain: a lease lets one of them work, and the head of the chain moves by a conditional update
 * within the batch's transaction, so that even a late holder of a lease can't fork it. An entry that another instance
 * committed late gets a later place; places, not insertion numbers, are the chain's order.
 */
export async function sealAudit(database: Database, now: number, { holder }: SealOptions): Promise<number> {
  let sealed = 0;
  for (;;) {
    const count = await sealBatch(database, now, holder);
    sealed += count;
    if (count < BATCH) return sealed;
  }
}

async function sealBatch(database: Database, now: number, holder: string): Promise<number> {
  try {
    return await database.write(async (tx) => {
      if (!(await takeLease(tx, { name: 'audit-seal', holder, until: now + LEASE, now }))) return 0;
      const rows = await tx
        .selectFrom('audit')
        .selectAll()
        .where('chain_index', 'is', null)
        .orderBy('seq')
        .limit(BATCH)
        .execute();
      if (rows.length > 0) await chain(tx, rows, now);
      return rows.length;
    });
  } catch (error) {
    if (error instanceof Rollback) return 0;
    throw error;
  }
}

async function chain(tx: Tx, rows: readonly AuditRow[], now: number): Promise<void> {
  const head = await tx.selectFrom('audit_head').selectAll().executeTakeFirst();
  const from = head?.chain_index ?? 0;
  let index = from;
  let previous = head?.hash ?? GENESIS;
  const sealed: { seq: number; index: number; previous: string; hash: string }[] = [];
  for (const row of rows) {
    index += 1;
    const hash = entryHash(row, index, previous);
    sealed.push({ seq: row.seq, index, previous, hash });
    previous = hash;
  }
  await moveHead(tx, from, { chain_index: index, hash: previous, sealed_at: now });
  await writeSeals(tx, sealed);
}

/** @throws Rollback when another instance moved the head first */
async function moveHead(
  tx: Tx,
  from: number,
  to: { chain_index: number; hash: string; sealed_at: number },
): Promise<void> {
  const moved = await tx
    .insertInto('audit_head')
    .values({ id: 1, ...to })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(to).where('audit_head.chain_index', '=', from))
    .executeTakeFirst();
  if (moved.numInsertedOrUpdatedRows !== 1n) throw new Rollback('Another instance sealed first.');
}

/** All places of a batch in one statement: both databases name the columns of VALUES column1, column2 and so on. */
async function writeSeals(
  tx: Tx,
  sealed: readonly { seq: number; index: number; previous: string; hash: string }[],
): Promise<void> {
  const values = sealed.map(
    ({ seq, index, previous, hash }) =>
      sql`(cast(${seq} as bigint), cast(${index} as bigint), cast(${previous} as text), cast(${hash} as text))`,
  );
  const written = await sql`
    update audit set chain_index = places.column2, previous_hash = places.column3, hash = places.column4
    from (values ${sql.join(values)}) as places
    where audit.seq = places.column1 and audit.chain_index is null`.execute(tx);
  if (written.numAffectedRows !== BigInt(sealed.length)) throw new Rollback('Another instance sealed first.');
}
