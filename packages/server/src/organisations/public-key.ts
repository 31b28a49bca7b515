import { createPublicKey } from 'node:crypto';
import type { PublicKey } from '@tweestap/protocol';

/** Whether the coordinates of a key are a point on its curve. */
export function isUsableKey(key: PublicKey): boolean {
  try {
    createPublicKey({ key, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

/** The members of a key that identify it, as a text that can be compared. Pure. */
export function keyText(key: PublicKey): string {
  return [key.crv, key.x, ...(key.kty === 'EC' ? [key.y] : [])].join('.');
}
