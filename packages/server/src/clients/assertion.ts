import { createPublicKey } from 'node:crypto';
import type { PublicKey } from '@tweestap/protocol';
import { calculateJwkThumbprint, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';

/** In seconds: how long an assertion is valid at most (R94). */
const ASSERTION_LIFETIME = 300;
/** In seconds: the deviation of a client's clock that is tolerated. */
const CLOCK_TOLERANCE = 30;
const MAX_ID_LENGTH = 128;

/** The accepted algorithms, and the type of the keys that each one uses. `none` and shared secrets are not in this list. */
const algorithms: Readonly<Record<string, PublicKey['kty']>> = { ES256: 'EC', EdDSA: 'OKP' };

/** What a signed JWT must contain. */
export interface Expected {
  /** The public keys that may have signed it. */
  keys: readonly PublicKey[];
  /** `iss`: the id of the client. */
  issuer: string;
  /** `sub`: the id of the client in an assertion (RFC 7523 §3), the id of the account in a proof of possession. */
  subject: string;
  /** `aud`: the address of the API, as one text. */
  audience: string;
  /** ms since the epoch. */
  now: number;
}

/** The result of a verification: the key that signed and the id to use once, or why the JWT is not accepted. */
export type Verified = { key: PublicKey; jti: string; expiresAt: number } | { fault: string };

/** The key id in the header of a JWT, before anything is verified; undefined when there is none. */
export function keyIdOf(jwt: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(jwt);
    return typeof kid === 'string' && kid.length <= MAX_ID_LENGTH ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** The thumbprint of a public key (RFC 7638), by which an installation is found. */
export async function thumbprintOf({ kty, crv, x, ...rest }: PublicKey): Promise<string> {
  return await calculateJwkThumbprint('y' in rest ? { kty, crv, x, y: rest.y } : { kty, crv, x });
}

/**
 * Verifies a signed JWT: an assertion of a client (RFC 7523 §3), or the proof that an installation has its private key.
 * The caller uses its `jti` once, in the transaction that accepts it.
 */
export async function verifySigned(jwt: string, expected: Expected): Promise<Verified> {
  const alg = algorithmOf(jwt);
  const kty = alg !== undefined && Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined;
  if (alg === undefined || kty === undefined) return { fault: 'its algorithm must be ES256 or EdDSA' };
  let fault = 'it is not signed by a key of this client';
  for (const key of expected.keys.filter((each) => each.kty === kty)) {
    try {
      return { key, ...claimsOf(await verifiedPayload(jwt, key, alg, expected)) };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      // A key that did not sign it says nothing about the claims.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) fault = faultOf(error);
    }
  }
  return { fault };
}

function algorithmOf(jwt: string): string | undefined {
  try {
    return decodeProtectedHeader(jwt).alg;
  } catch {
    return undefined;
  }
}

async function verifiedPayload(jwt: string, key: PublicKey, alg: string, expected: Expected): Promise<JWTPayload> {
  const { issuer, subject, audience, now } = expected;
  const { payload } = await jwtVerify(jwt, createPublicKey({ key, format: 'jwk' }), {
    algorithms: [alg],
    issuer,
    subject,
    audience,
    currentDate: new Date(now),
    clockTolerance: CLOCK_TOLERANCE,
    maxTokenAge: ASSERTION_LIFETIME,
    requiredClaims: ['exp', 'jti'],
  });
  // An assertion for several audiences could be sent on by one of them (RFC 7523 §3).
  if (payload.aud !== audience) throw wrongClaim(payload, 'aud');
  if ((payload.exp ?? 0) - (payload.iat ?? 0) > ASSERTION_LIFETIME) throw wrongClaim(payload, 'exp');
  return payload;
}

function claimsOf(payload: JWTPayload): { jti: string; expiresAt: number } {
  const { jti, exp = 0 } = payload;
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_LENGTH) throw wrongClaim(payload, 'jti');
  return { jti, expiresAt: (exp + CLOCK_TOLERANCE + 1) * 1000 };
}

const wrongClaim = (payload: JWTPayload, claim: string): errors.JWTClaimValidationFailed =>
  new errors.JWTClaimValidationFailed('wrong claim', payload, claim);

/** What is wrong, for the developer of the client. It never repeats a value of the JWT (R25). */
function faultOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim "${error.claim}" is missing or wrong`;
  return 'it is not a signed JWT';
}
