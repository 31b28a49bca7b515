import { createHash } from 'node:crypto';
import { auditHead, moveAuditHead, type SealedPlace, sealEntries, unsealedEntries } from '../store/audit.ts';
import { type Database, Rollback, type Tx } from '../store/database.ts';
import type { AuditRow } from '../store/schema.ts';
import { takeLease } from '../store/upkeep/sweep.ts';

/** The previous hash of the first entry. */
export const GENESIS = 'genesis';

/**
 * Returns the hash of one sealed entry: SHA-256 in base64url, over the JSON of a list in a fixed order. A list of strings,
 * numbers and nulls has only one JSON form, so no further canonical form is needed. Its first element is the version.
 */
export function entryHash(row: Readonly<AuditRow>, chainIndex: number, previousHash: string): string {
  const canonical = JSON.stringify([
    'tweestap-audit-1',
    previousHash,
    chainIndex,
    row.seq,
    row.id,
    row.at,
    row.organisation_id,
    row.pseudonym,
    row.event,
    row.result,
    row.method,
    row.address,
    row.flow_id,
    row.correlation_id,
    row.detail,
  ]);
  return createHash('sha256').update(canonical, 'utf8').digest('base64url');
}

/** The number of entries per transaction, which is short enough that logins hardly wait for it. */
const BATCH = 200;
/** How long a batch may take before another instance may try, in ms. */
const LEASE = 30_000;

interface SealOptions {
  /** The name of this instance, for the lease. */
  holder: string;
}

/**
 * Adds the unsealed entries to the chain in the order of their insertion, batch by batch, and returns their number.
 * Instances that seal at the same time make one chain. A lease lets one of them work. In addition, the head of the chain is
 * moved by a conditional update in the batch's transaction, so an instance whose lease has expired can't fork the chain.
 * An entry that another instance committed late gets a later place: the chain's order is that of the places, not of the
 * insertion numbers.
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
      const rows = await unsealedEntries(tx, BATCH);
      if (rows.length > 0) await chain(tx, rows, now);
      return rows.length;
    });
  } catch (error) {
    if (error instanceof Rollback) return 0;
    throw error;
  }
}

/** @throws Rollback if another instance has already moved the head or sealed an entry */
async function chain(tx: Tx, rows: readonly AuditRow[], now: number): Promise<void> {
  const head = await auditHead(tx);
  const from = head?.chain_index ?? 0;
  let index = from;
  let previous = head?.hash ?? GENESIS;
  const places: SealedPlace[] = [];
  for (const row of rows) {
    index += 1;
    const hash = entryHash(row, index, previous);
    places.push({ seq: row.seq, index, previous, hash });
    previous = hash;
  }
  const isMoved = await moveAuditHead(tx, from, { chain_index: index, hash: previous, sealed_at: now });
  if (!isMoved || (await sealEntries(tx, places)) !== places.length)
    throw new Rollback('Another instance sealed first.');
}
