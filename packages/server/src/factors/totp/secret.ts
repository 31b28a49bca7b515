import { base32nopad } from '@scure/base';
import { type Random, systemRandom } from '../../crypto/tokens.ts';

/** RFC 4226 §4, R6 recommends 160 bits, the length of the HMAC's output. */
const SECRET_BYTES = 20;
/** For imports. Google's own servers issued secrets of 80 bits for years, so a shorter secret is a mistake. */
const MIN_IMPORTED_BYTES = 10;
const MAX_IMPORTED_BYTES = 64;

/** An imported TOTP secret is invalid. The message never repeats it. */
export class SecretError extends Error {
  /** The reason, for programs. */
  readonly code: 'not-base32' | 'too-short' | 'too-long';
  constructor(code: SecretError['code'], message: string) {
    super(message);
    this.name = 'SecretError';
    this.code = code;
  }
}

/** A new TOTP secret: 20 random bytes. Default: of the operating system's generator. */
export function newTotpSecret(random: Random = systemRandom): Uint8Array {
  return random(SECRET_BYTES);
}

/** A secret in base32 (RFC 4648 §6), in upper case and without padding, as authenticator apps accept it. */
export function encodeSecret(secret: Uint8Array): string {
  return base32nopad.encode(secret);
}

/**
 * Decodes a base32 secret of 10 to 64 bytes, in any case, grouped by spaces or hyphens, with or without padding.
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
      'The TOTP secret is not base32; expected the letters A to Z and the digits 2 to 7.',
    );
  }
}
