import { SealError } from '../../crypto/keyring.ts';
import { factorBinding } from '../../flow/rules/factor.ts';
import type { FactorRow } from '../../store/schema.ts';
import { factorsToRotate, updateSealed } from '../../store/upkeep/sealed-rows.ts';
import { type AdminDeps, type AdminRequest, noteVerb } from '../request/admin-context.ts';
import { renewCanaries } from './key-check.ts';

/** Rows a transaction: short enough that logins hardly wait for it. */
const BATCH = 100;

export interface KeyRotated {
  /** The key that all secrets are sealed with now. */
  key: string;
  rotated: number;
  /** Secrets that could not be opened; they stay as they are. */
  failed: { factorId: string; reason: SealError['code'] }[];
}

/**
 * Seals every stored secret anew with the first key of the setting (R60), batch after batch: an interrupted run goes on
 * where it stopped. The old key must stay in the setting, behind the new one, until this has run and the flows that were
 * open then have ended. @throws AdminError
 */
export async function rotateKey(deps: AdminDeps, request: AdminRequest): Promise<KeyRotated> {
  const { database, keyring } = deps;
  const result: KeyRotated = { key: keyring.writeKeyId, rotated: 0, failed: [] };
  let after = '';
  for (;;) {
    const rows = await factorsToRotate(database.read, { writeKeyId: keyring.writeKeyId, after, limit: BATCH });
    result.rotated += await rotateBatch(deps, rows, result.failed);
    after = rows.at(-1)?.id ?? after;
    if (rows.length < BATCH) break;
  }
  const { key, rotated } = result;
  const detail = { key, rotated, failed: result.failed.length };
  await database.write(async (tx) => {
    await renewCanaries(tx, keyring, deps.clock());
    await noteVerb(tx, deps, request, { event: 'admin-rotate-key', detail });
  });
  return result;
}

async function rotateBatch(
  { database, keyring }: AdminDeps,
  rows: readonly FactorRow[],
  failed: KeyRotated['failed'],
): Promise<number> {
  const changes: { row: FactorRow; sealed: Pick<FactorRow, 'secret' | 'data'> }[] = [];
  for (const row of rows) {
    const binding = factorBinding(row);
    const renew = (sealed: string): string => keyring.seal(keyring.open(sealed, binding), binding);
    try {
      // Whatever the method: a sealed text is renewed without reading what it means.
      const secret = row.secret === '' ? '' : renew(row.secret);
      changes.push({ row, sealed: { secret, data: row.data === null ? null : renew(row.data) } });
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      failed.push({ factorId: row.id, reason: error.code });
    }
  }
  return await database.write(async (tx) => {
    let count = 0;
    for (const { row, sealed } of changes) if (await updateSealed(tx, row, sealed)) count += 1;
    return count;
  });
}
