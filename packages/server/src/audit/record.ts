import { createHash } from 'node:crypto';
import { newId, newRowId, type Random, systemRandom } from '../crypto/tokens.ts';
import { insertAuditEntry, noPseudonym, pseudonymOf } from '../store/audit.ts';
import type { AuditedEvent, Database, Tx } from '../store/database.ts';
import { countRefusal, takeEndedRefusals } from '../store/requests/refusals.ts';
import { takeLease } from '../store/upkeep/sweep.ts';

/** An audit event (R81). It must not contain a secret, a code or a name that was entered. */
export interface AuditEntry extends AuditedEvent {
  flowId?: string | null;
}

/**
 * Appends an entry in the transaction of the event, so that both are committed or neither is. The entry is sealed into the
 * chain later, in batches (`chain.ts`), so that logins do not wait for the head of the chain.
 */
export async function recordAudit(tx: Tx, entry: AuditEntry, random: Random = systemRandom): Promise<void> {
  tx.audited ??= [];
  tx.audited.push(entry);
  await recordAs(tx, entry, await pseudonymIn(tx, entry, random), random);
}

/** Returns the pseudonym of the entry's account. */
async function pseudonymIn(tx: Tx, { accountId }: AuditEntry, random: Random): Promise<string | null> {
  return accountId ? await pseudonymOf(tx, accountId, () => newId(random)) : await noPseudonym(tx);
}

/** Appends an entry with a known pseudonym. */
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

/** The length of a window for repeated refusals, in ms. */
const WINDOW = 3_600_000;
/** The number of closing events per transaction, which is short enough that logins hardly wait for it. */
const BATCH = 200;
/** How long a batch may take before another instance may try, in ms. */
const LEASE = 30_000;

/**
 * Records a refusal that a client can repeat without limit. The first one in a window is recorded as an entry, in the same
 * transaction. Later ones are counted, and their number is recorded when the window ends. Repeating a request therefore
 * adds at most two rows per hour (R93), and no row of the audit ever changes (R81).
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
 * Writes the closing events of the windows that have ended, batch by batch, and returns the number of these windows. A
 * lease lets one instance work at a time. The counter's row is deleted in the transaction of its event, so a killed process
 * neither loses nor duplicates an event.
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
