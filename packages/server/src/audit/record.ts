import { newRowId } from '../crypto/row-id.ts';
import { newId, type Random, systemRandom } from '../crypto/tokens.ts';
import { noPseudonym, pseudonymOf } from '../store/audit.ts';
import { insertAuditEntry } from '../store/audit-chain.ts';
import type { Tx } from '../store/database.ts';

/** What happened, to whom, from where (R81). Nothing here may be a secret, a code or a typed name. */
export interface AuditEntry {
  /** ms since the epoch. */
  at: number;
  /** One word, for example `password`, `totp`, `login`, `unlock`. */
  event: string;
  /** For example `ok`, `refused`, `locked`. */
  result: string;
  organisationId?: string | null;
  /** Turned into a pseudonym; the id itself does not stand in the audit. */
  accountId?: string | null;
  method?: string | null;
  address?: string | null;
  flowId?: string | null;
  correlationId?: string | null;
  detail?: Readonly<Record<string, unknown>> | null;
}

/**
 * Appends an entry within the unit that it tells of: both are kept or neither. It is sealed into the chain later, in
 * batches (`seal.ts`), so that logins do not queue for the chain's end.
 */
export async function recordAudit(tx: Tx, entry: AuditEntry, random: Random = systemRandom): Promise<void> {
  await recordAs(tx, entry, await pseudonymIn(tx, entry, random), random);
}

/** Who an entry is about, in the audit. */
export async function pseudonymIn(tx: Tx, { accountId }: AuditEntry, random: Random): Promise<string | null> {
  return accountId ? await pseudonymOf(tx, accountId, () => newId(random)) : await noPseudonym(tx);
}

/** The same for somebody whose pseudonym is known already. */
export async function recordAs(
  tx: Tx,
  entry: Omit<AuditEntry, 'accountId'>,
  pseudonym: string | null,
  random: Random,
): Promise<void> {
  await insertAuditEntry(tx, {
    id: newRowId(random, entry.at),
    at: entry.at,
    organisation_id: entry.organisationId ?? null,
    pseudonym,
    event: entry.event,
    result: entry.result,
    method: entry.method ?? null,
    address: entry.address ?? null,
    flow_id: entry.flowId ?? null,
    correlation_id: entry.correlationId ?? null,
    detail: entry.detail ? JSON.stringify(entry.detail) : null,
  });
}
