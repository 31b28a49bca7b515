import { createHash } from 'node:crypto';
import { newId, newRowId, type Random, systemRandom } from '../crypto/tokens.ts';
import { insertAuditEntry, noPseudonym, pseudonymOf } from '../store/audit.ts';
import type { Database, Tx } from '../store/database.ts';
import { countRefusal, takeEndedRefusals } from '../store/requests/refusals.ts';
import { takeLease } from '../store/upkeep/sweep.ts';

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
async function pseudonymIn(tx: Tx, { accountId }: AuditEntry, random: Random): Promise<string | null> {
  return accountId ? await pseudonymOf(tx, accountId, () => newId(random)) : await noPseudonym(tx);
}

/** The same for somebody whose pseudonym is known already. */
async function recordAs(
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

/** ms. */
const WINDOW = 3_600_000;
/** Closing events a transaction: short enough that logins hardly wait for it. */
const BATCH = 200;
/** ms that a batch may take before another instance may try. */
const LEASE = 30_000;

/**
 * Records a refusal that can be repeated without limit: the first one of a window becomes an entry of its own, in the same
 * unit; those after it are counted, and the window's end tells their number. So a stranger who repeats a request for a
 * year leaves two rows an hour (R93), and a row of the audit never changes (R81).
 */
export async function recordRefusal(tx: Tx, entry: AuditEntry, random: Random): Promise<void> {
  const { at, event, result, organisationId = null, method = null, address = null } = entry;
  const pseudonym = await pseudonymIn(tx, entry, random);
  const window = Math.floor(at / WINDOW);
  const same = [window, event, result, organisationId, pseudonym, method, address];
  const isFirst = await countRefusal(tx, {
    key: createHash('sha256').update(JSON.stringify(same), 'utf8').digest('base64url'),
    ...{ event, result, organisation_id: organisationId, pseudonym, method, address },
    ...{ started_at: at, ends_at: (window + 1) * WINDOW, repeated: 0 },
  });
  if (isFirst) await recordAs(tx, entry, pseudonym, random);
}

/**
 * Writes the closing events of the windows that have ended, batch after batch, and answers how many windows there were. A
 * lease lets one instance work at a time; the row goes in the unit of its event, so that a kill neither loses nor doubles
 * one.
 */
export async function closeRefusals(
  database: Database,
  now: number,
  { holder, random }: { holder: string; random: Random },
): Promise<number> {
  let closed = 0;
  for (;;) {
    const count = await database.write(async (tx) => {
      if (!(await takeLease(tx, { name: 'refusals', holder, until: now + LEASE, now }))) return 0;
      const rows = await takeEndedRefusals(tx, now, BATCH);
      for (const row of rows) {
        if (row.repeated === 0) continue;
        const { event, result, organisation_id: organisationId, method, address } = row;
        const detail = { repeated: row.repeated, since: new Date(row.started_at).toISOString() };
        await recordAs(tx, { at: now, event, result, organisationId, method, address, detail }, row.pseudonym, random);
      }
      return rows.length;
    });
    closed += count;
    if (count < BATCH) return closed;
  }
}
