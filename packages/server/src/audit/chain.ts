import { createHash } from 'node:crypto';
import type { AuditRow } from '../store/schema.ts';

/** The hash before the first entry. */
export const GENESIS = 'genesis';

/**
 * The hash of one sealed entry: SHA-256, base64url, over the JSON of a list in a fixed order. A list of strings,
 * numbers and nulls has one spelling only, so it is its own canonical form; the first element names that form.
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
