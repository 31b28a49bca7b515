import { signingKeyBinding } from '../../assertion/signing-keys.ts';
import { SealError } from '../../crypto/keyring.ts';
import { factorBinding } from '../../flow/rules/factor.ts';
import type { FactorRow } from '../../store/schema.ts';
import { deleteSigningKey, listSigningKeys, resealSigningKey } from '../../store/signing-keys.ts';
import { factorsToRotate, updateSealed } from '../../store/upkeep/sealed-rows.ts';
import { type AdminDeps, type AdminRequest, recordVerb } from '../request/admin-context.ts';
import { renewCanaries } from './key-check.ts';

/** Rows per transaction: few enough that logins hardly wait for it. */
const BATCH = 100;

/** The result of `rotateKey`. */
export interface KeyRotated {
  /** The id of the key that now encrypts the secrets. */
  key: string;
  /** How many factors were encrypted again. */
  rotated: number;
  /** Factors whose secrets could not be decrypted. They were not changed. */
  failed: { factorId: string; reason: SealError['code'] }[];
}

/**
 * Encrypts every stored secret again with the first key of the setting (R60), in batches. After an interruption, the
 * next run continues where this one stopped. The old key must stay in the setting, after the new one, until this has
 * finished and the flows that were open at that time have ended. @throws AdminError
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
  await resealSigningKeys(deps);
  const { key, rotated } = result;
  const detail = { key, rotated, failed: result.failed.length };
  await database.write(async (tx) => {
    await renewCanaries(tx, keyring, deps.clock());
    await recordVerb(tx, deps, request, { event: 'admin-rotate-key', detail });
  });
  return result;
}

/**
 * Encrypts the keys of assertions again. There are two or three of them. One that can't be decrypted can't sign, so it is deleted,
 * and the next assertion makes a new one if none is left.
 */
async function resealSigningKeys({ database, keyring }: AdminDeps): Promise<void> {
  for (const row of await listSigningKeys(database.read)) {
    if (!keyring.needsRotation(row.sealed)) continue;
    const binding = signingKeyBinding(row);
    try {
      const sealed = keyring.seal(keyring.open(row.sealed, binding), binding);
      await database.write((tx) => resealSigningKey(tx, row, sealed));
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      await database.write((tx) => deleteSigningKey(tx, row.id));
    }
  }
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
      // Secrets of all methods are encrypted again without interpreting their content.
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
