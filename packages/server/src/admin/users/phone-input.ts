import { PhoneKey } from '@tweestap/protocol';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { push } from '../../factors/push/factor.ts';
import { decodeSecret } from '../../factors/totp/secret.ts';

/** A phone that is linked from the beginning, as an administrator gives it. */
export interface PhoneInput {
  /** The public key: a JWK with `kty`, `crv`, `x` and `y`. */
  publicKey: PhoneKey;
  /** The name that the user sees. Default `Phone`. */
  name?: string | undefined;
  /** The secret of the codes that the phone shows, base32. Default: it shows none. */
  totpSecret?: string | undefined;
}

/** A phone after it was checked. */
export interface CheckedPhone {
  publicKey: PhoneKey;
  name: string;
  totpSecret: Uint8Array | undefined;
}

const schema = z.strictObject({
  publicKey: PhoneKey,
  name: z
    .string()
    .min(1)
    .max(60)
    .default(push.defaultName ?? 'Phone'),
  totpSecret: z.string().max(200).optional(),
});

/**
 * Checks phones, at most ten. Returns undefined if one is malformed or duplicate.
 * @throws SecretError for a wrong secret
 */
export function checkPhones(given: readonly PhoneInput[]): CheckedPhone[] | undefined {
  const { data: list } = z.array(schema).max(10).safeParse(given);
  if (!list || new Set(list.map(({ publicKey: { x, y } }) => `${x}.${y}`)).size !== list.length) return undefined;
  return list.map(({ totpSecret, ...phone }) => ({
    ...phone,
    totpSecret: totpSecret === undefined ? undefined : decodeSecret(totpSecret),
  }));
}

/** The thumbprint of a key (RFC 7638), by which the server finds the phone. */
export const thumbprintOf = (key: PhoneKey): Promise<string> => calculateJwkThumbprint(key, 'sha256');
