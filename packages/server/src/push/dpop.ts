import { createHash } from 'node:crypto';
import { PhoneKey } from '@tweestap/protocol';
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';

/** In ms: how far the time of a proof may be from that of the server. Clocks of phones are often some minutes off. */
const MAX_SKEW_MS = 5 * 60_000;

/** The proof of possession is missing, wrong or for another request. The reason is for the log only. */
export class ProofError extends Error {
  override readonly name = 'ProofError';
}

/** A valid proof of possession (RFC 9449). */
export interface Proof {
  /** The public key of the proof. */
  key: PhoneKey;
  /** The thumbprint of the key (RFC 7638). */
  thumbprint: string;
  /** Identifies the proof; it may be used once. */
  id: string;
  /** ms since the epoch: from then on the proof is refused because of its age. */
  expiresAt: number;
}

const Header = z.strictObject({ typ: z.literal('dpop+jwt'), alg: z.literal('ES256'), jwk: PhoneKey });
const Claims = z.strictObject({
  htm: z.string().max(10),
  htu: z.string().max(2000),
  iat: z.number().int().positive(),
  jti: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
});

/**
 * Verifies a proof of possession by the rules of RFC 9449 §4.3, except that it was not used before.
 * @param urls the addresses of the request without query, by the configured base URL and origins, never by the Host header
 * @throws ProofError
 */
export async function verifyProof(
  header: string | string[] | undefined,
  request: { method: string; urls: readonly string[]; now: number },
): Promise<Proof> {
  // §4.3 (1): exactly one DPoP header.
  if (typeof header !== 'string' || header.length > 2000 || header.includes(',')) throw new ProofError('one header');
  // §4.3 (3) to (7): explicit typ, an asymmetric algorithm, and a public key without private members.
  const { jwk } = parsed(Header, headerOf(header));
  const claims = parsed(Claims, await payloadOf(header, jwk));
  // §4.3 (8) and (9): the method and the address of this request.
  if (claims.htm !== request.method) throw new ProofError('htm');
  if (!request.urls.includes(claims.htu)) throw new ProofError('htu');
  // §4.3 (11) and §11.1: the proof is recent.
  const madeAt = claims.iat * 1000;
  if (Math.abs(request.now - madeAt) > MAX_SKEW_MS) throw new ProofError('iat');
  const thumbprint = await calculateJwkThumbprint(jwk, 'sha256');
  const id = createHash('sha256').update(`${thumbprint}.${claims.jti}`, 'utf8').digest('base64url');
  return { key: jwk, thumbprint, id, expiresAt: madeAt + MAX_SKEW_MS + 1000 };
}

function headerOf(token: string): unknown {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new ProofError('header');
  }
}

async function payloadOf(token: string, jwk: PhoneKey): Promise<unknown> {
  try {
    const key = await importJWK(jwk, 'ES256');
    // The time is checked by `verifyProof`, with the clock of the server.
    return (await jwtVerify(token, key, { algorithms: ['ES256'], typ: 'dpop+jwt' })).payload;
  } catch {
    throw new ProofError('signature');
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new ProofError(String(result.error.issues[0]?.path.join('.') ?? 'form'));
  return result.data;
}
