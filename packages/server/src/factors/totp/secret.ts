import { base32nopad } from '@scure/base';
import type { Random } from '../../crypto/tokens.ts';

/** RFC 4226 §4, R6: 160 bits are recommended, the length of the HMAC's own output. */
const SECRET_BYTES = 20;
/** Imports only: Google Authenticator's own set-up made 80 bits for years, so shorter than that is a mistake. */
const MIN_IMPORTED_BYTES = 10;
const MAX_IMPORTED_BYTES = 64;

/** A secret that was handed to us can't be used; the message never repeats it. */
export class SecretError extends Error {
  readonly code: 'not-base32' | 'too-short' | 'too-long';
  constructor(code: SecretError['code'], message: string) {
    super(message);
    this.name = 'SecretError';
    this.code = code;
  }
}

/** A new TOTP secret: 20 random bytes. */
export function newTotpSecret(random: Random): Uint8Array {
  return random(SECRET_BYTES);
}

/** Base32 (RFC 4648 §6) in capitals without padding, as authenticator apps take it. */
export function encodeSecret(secret: Uint8Array): string {
  return base32nopad.encode(secret);
}

/**
 * Reads base32 as people keep it: any case, grouped by spaces or hyphens, padded or not; 10 to 64 bytes.
 * @throws SecretError
 */
export function decodeSecret(text: string): Uint8Array {
  const bytes = decodeBase32(text.replace(/[\s\u00a0-]/g, '').replace(/=+$/, ''));
  if (bytes.byteLength < MIN_IMPORTED_BYTES) {
    throw new SecretError('too-short', `The TOTP secret has ${bytes.byteLength} bytes; expected at least 10.`);
  }
  if (bytes.byteLength > MAX_IMPORTED_BYTES) {
    throw new SecretError('too-long', `The TOTP secret has ${bytes.byteLength} bytes; expected at most 64.`);
  }
  return bytes;
}

function decodeBase32(text: string): Uint8Array {
  try {
    return base32nopad.decode(text.toUpperCase());
  } catch {
    // The library's message repeats the text, which is a secret.
    throw new SecretError(
      'not-base32',
      'The TOTP secret is no base32; expected the letters A to Z and the digits 2 to 7.',
    );
  }
}
