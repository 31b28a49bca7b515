import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';

/*
 * Compact JWS (RFC 7515 §7.1) with ES256 and EdDSA (RFC 7518 §3.4, RFC 8037 §3.1), read by the ledger itself. An oracle that
 * verified with the server's library would share its mistakes.
 */

/** A JWS as it was sent, not verified. */
export interface Jws {
  /** The protected header. */
  header: Record<string, unknown>;
  /** The claims. */
  payload: Record<string, unknown>;
}

const decoded = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;

/** Reads a compact JWS. @throws Error if it is malformed */
export function readJws(token: string): Jws {
  const [header = '', payload = ''] = token.split('.');
  return { header: decoded(header), payload: decoded(payload) };
}

/** Whether a compact JWS was signed with the private key of a public key. */
export function isSignedBy(token: string, key: JsonWebKey): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const { alg } = decoded(header);
  if (alg !== (key.kty === 'EC' ? 'ES256' : 'EdDSA')) return false;
  const options = { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
  const digest = alg === 'ES256' ? 'sha256' : null;
  return verify(digest, Buffer.from(`${header}.${payload}`), options, Buffer.from(signature, 'base64url'));
}

/** The members of a public key that identify it, as a text. */
export const textOf = ({ crv, x, y }: JsonWebKey): string => [crv, x, y].filter((part) => part !== undefined).join('.');
