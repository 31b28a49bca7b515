import { auditHead, countUnsealed, isSealedAfter, sealedEntries } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import type { AuditRow } from '../store/schema.ts';
import { entryHash, GENESIS } from './chain.ts';

const PAGE = 1000;

/** A place in the chain and its hash, recorded outside the database. */
export interface Anchor {
  /** The place, from 1. */
  index: number;
  /** The hash of the entry at that place. */
  hash: string;
}

/** The result of `verifyAudit`. */
export interface AuditVerdict {
  /** Whether the chain is intact. */
  ok: boolean;
  /** The number of sealed entries that were verified. */
  checked: number;
  /** The number of entries that are not sealed yet and can't be verified. */
  unsealed: number;
  /** The end of the chain. Record it outside the database, and pass it as the anchor of a later check. */
  head?: Anchor;
  /** The first place at which the chain is broken. */
  brokenAt?: number;
  /** How the chain is broken at that place. */
  reason?: 'missing' | 'changed' | 'reordered' | 'truncated' | 'not-the-anchor' | 'beyond-the-head';
}

/**
 * Verifies the whole chain. Detects an entry that was changed, removed, inserted or moved, and, by the head record, a
 * truncated chain. An attacker who can write to all tables could also rebuild all hashes. To detect that, pass the head of
 * an earlier check, which was kept outside the database, as `anchor`.
 */
export async function verifyAudit(database: Database, options: { anchor?: Anchor } = {}): Promise<AuditVerdict> {
  const { anchor } = options;
  const head = await auditHead(database.read);
  const unsealed = await countUnsealed(database.read);
  let index = 0;
  let previous = GENESIS;
  const broken = (reason: NonNullable<AuditVerdict['reason']>): AuditVerdict => ({
    ok: false,
    checked: index,
    unsealed,
    brokenAt: index + 1,
    reason,
  });
  for (;;) {
    // Reads up to the head that was read at the start. Entries that are sealed in the meantime are left for the next
    // check.
    const rows = await sealedEntries(database.read, { after: index, upTo: head?.chain_index ?? 0, limit: PAGE });
    for (const row of rows) {
      const reason = faultOf(row, index + 1, previous);
      if (reason) return broken(reason);
      index += 1;
      previous = row.hash ?? '';
      if (anchor?.index === index && anchor.hash !== previous) return broken('not-the-anchor');
    }
    if (rows.length < PAGE) break;
  }
  if (index < (head?.chain_index ?? 0) || index < (anchor?.index ?? 0)) return broken('truncated');
  if (head && head.hash !== previous) return broken('changed');
  if (await anyBeyond(database, index)) return broken('beyond-the-head');
  return { ok: true, checked: index, unsealed, ...(index === 0 ? {} : { head: { index, hash: previous } }) };
}

function faultOf(row: AuditRow, index: number, previous: string): AuditVerdict['reason'] {
  if (row.chain_index !== index) return 'missing';
  if (row.previous_hash !== previous) return 'reordered';
  return row.hash === entryHash(row, index, previous) ? undefined : 'changed';
}

/** Returns whether there is a sealed entry beyond the current head, which the server can't have written. */
async function anyBeyond({ read }: Database, checked: number): Promise<boolean> {
  const head = await auditHead(read);
  return await isSealedAfter(read, Math.max(checked, head?.chain_index ?? 0));
}
