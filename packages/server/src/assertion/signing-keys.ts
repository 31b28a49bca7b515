import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { Keyring } from '../crypto/keyring.ts';
import type { Database } from '../store/database.ts';
import type { SigningKeyRow } from '../store/schema.ts';
import { addSigningKey, deleteSigningKey, listSigningKeys } from '../store/signing-keys.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long a key signs, in ms (R74). */
const PERIOD_MS = 30 * DAY;
/**
 * How long a key is published before it signs, in ms. Portals that cache the keys for up to this long know a key before they
 * get its first assertion.
 */
const PUBLISHED_AHEAD_MS = DAY;
/**
 * How long a key stays published after its successor began to sign, in ms. Its last assertion has expired long before, also
 * where the clocks of two instances differ.
 */
const PUBLISHED_AFTER_MS = HOUR;

/** The dependencies of the signing keys. */
export interface KeyDeps {
  database: Database;
  keyring: Keyring;
}

/** The key that signs at a time: the newest one whose time has come. It depends on the rows only, so all instances agree. */
export function signingKeyAt(rows: readonly SigningKeyRow[], now: number): SigningKeyRow | undefined {
  return rows.findLast(({ signs_from }) => signs_from <= now) ?? rows[0];
}

/** What the private key of a row is bound to. */
export const signingKeyBinding = ({ id }: Pick<SigningKeyRow, 'id'>): string[] => ['signing-key', id];

/** Makes sure that there is a key, and returns all keys. */
export async function neededKeys(deps: KeyDeps, now: number): Promise<SigningKeyRow[]> {
  const rows = await listSigningKeys(deps.database.read);
  if (rows.length > 0) return rows;
  await addKey(deps, { generation: 1, now, signsFrom: now });
  return await listSigningKeys(deps.database.read);
}

/**
 * Rotates the keys on schedule (R74): adds the successor a day before it signs, and deletes a key an hour after its successor
 * began to sign. A server that was off for months continues with its old key until the successor has been published for a day.
 */
export async function rotateSigningKeys(deps: KeyDeps, now: number): Promise<void> {
  const rows = await neededKeys(deps, now);
  const newest = rows.at(-1);
  if (newest && now >= newest.signs_from + PERIOD_MS - PUBLISHED_AHEAD_MS) {
    const signsFrom = Math.max(newest.signs_from + PERIOD_MS, now + PUBLISHED_AHEAD_MS);
    await addKey(deps, { generation: newest.generation + 1, now, signsFrom });
  }
  const replaced = rows.filter((_, index) => {
    const successor = rows[index + 1];
    return successor !== undefined && successor.signs_from + PUBLISHED_AFTER_MS <= now;
  });
  if (replaced.length === 0) return;
  await deps.database.write(async (tx) => {
    for (const { id } of replaced) await deleteSigningKey(tx, id);
  });
}

/** When a new key was made and begins to sign, in ms since the epoch, and its number. */
interface KeyTimes {
  generation: number;
  now: number;
  signsFrom: number;
}

/** Makes a key and adds it. When another instance was first, this key is discarded. */
async function addKey({ database, keyring }: KeyDeps, times: KeyTimes): Promise<void> {
  const row = await makeSigningKey(keyring, times);
  await database.write((tx) => addSigningKey(tx, row));
}

/** Makes a key pair as a row, with its private key sealed. */
export async function makeSigningKey(
  keyring: Keyring,
  { generation, now, signsFrom }: KeyTimes,
): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  const id = await calculateJwkThumbprint(jwk);
  const sealed = keyring.seal(JSON.stringify(privateKey.export({ format: 'jwk' })), signingKeyBinding({ id }));
  return { id, generation, public_key: JSON.stringify(jwk), sealed, created_at: now, signs_from: signsFrom };
}
