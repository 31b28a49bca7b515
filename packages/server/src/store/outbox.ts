import type { Tx } from './database.ts';
import type { OutboxRow } from './schema.ts';

/** A message that leaves only if this unit commits, and then surely: a crash loses none (DESIGN §2). */
export async function enqueue(tx: Tx, row: OutboxRow): Promise<void> {
  await tx.insertInto('outbox').values(row).execute();
}
