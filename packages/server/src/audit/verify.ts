import { auditHead, countUnsealed, isSealedAfter, sealedEntries } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import type { AuditRow } from '../store/schema.ts';
import { entryHash, GENESIS } from './chain.ts';

const PAGE = 1000;

/** A place in the chain that somebody noted elsewhere. */
export interface Anchor {
  index: number;
  hash: string;
}

export interface AuditVerdict {
  ok: boolean;
  /** Sealed entries that were found in order. */
  checked: number;
  /** Entries that wait for their seal: nothing is known of them yet. */
  unsealed: number;
  /** The end of the chain: note it elsewhere, and give it as the anchor of a later check. */
  head?: Anchor;
  /** The first place in the chain where it is broken, and how. */
  brokenAt?: number;
  reason?: 'missing' | 'changed' | 'reordered' | 'truncated' | 'not-the-anchor' | 'beyond-the-head';
}

/**
 * Walks the whole chain. It finds an entry that was changed, removed, inserted or moved, and a cut-off tail by the head
 * record. Whoever may write every table could also make all hashes anew: against that, give the `anchor` of an earlier
 * check that was kept elsewhere.
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
    // Up to the head that was read first: entries that are sealed meanwhile wait for the next check.
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

/** A sealed entry past the head as it stands now was put there by somebody else. */
async function anyBeyond({ read }: Database, checked: number): Promise<boolean> {
  const head = await auditHead(read);
  return await isSealedAfter(read, Math.max(checked, head?.chain_index ?? 0));
}
