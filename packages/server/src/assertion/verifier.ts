import { createHash, timingSafeEqual } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import { ASSERTION_ALGORITHM, ASSERTION_LIFETIME_S, ASSERTION_TYPE } from './form.ts';
import { type AssertionFault, AssertionRefusedError, KeysUnavailableError } from './verifier-error.ts';

export { type AssertionFault, AssertionRefusedError, KeysUnavailableError } from './verifier-error.ts';

/** In seconds: the deviation of the portal's clock that is tolerated by default. */
const CLOCK_TOLERANCE_S = 5;
/** How long a request for the keys may take, in ms. */
const KEYS_TIMEOUT_MS = 5_000;

/** The options of `createAssertionVerifier`. */
export interface AssertionVerifierOptions {
  /** The base URL of the server of Tweestap, exactly as it is configured there: `https://login.example`. */
  issuer: string;
  /** The origin of this portal's pages: `https://portal.example`. */
  audience: string;
  /** The URL of the published keys, `<base URL>/mfa/v1/.well-known/jwks.json`, or the keys themselves. */
  jwks: string | URL | JSONWebKeySet;
  /**
   * Records that an assertion was used, and returns whether it was recorded before. Required: without it, a stolen assertion
   * could be used a second time. It must be atomic and durable, such as an insert into a table with `jti` as its primary key,
   * and shared by all instances of the portal. The row may be deleted after `expiresAt` (seconds since the epoch).
   */
  seen(jti: string, expiresAt: number): Promise<boolean>;
  /** The organisations whose users this portal accepts. Default: all organisations of the issuer. */
  organisations?: readonly string[];
  /** In seconds: the deviation of the clock that is tolerated, at most 60. Default: 5. */
  clockTolerance?: number;
  /** Returns the milliseconds since the epoch. Default: the system clock. */
  clock?: () => number;
  /** Fetches the keys. Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch;
}

const text = z.string().min(1);
const seconds = z.int().nonnegative();
const claimsSchema = z.object({
  iss: text,
  aud: text,
  sub: text,
  external_id: text.optional(),
  organisation: text,
  username: text,
  amr: z.array(text).min(1),
  acr: z.enum(['aal1', 'aal2']),
  recovery: z.literal(true).optional(),
  auth_time: seconds,
  nonce: text,
  jti: z.string().min(16).max(128),
  iat: seconds,
  exp: seconds,
});

/** The claims of a verified assertion. Times are seconds since the epoch. */
export interface AssertionClaims {
  /** The base URL of the server that signed it. */
  iss: string;
  /** The origin of the portal. */
  aud: string;
  /** The id of the account. It never changes, and is unique among all organisations of the issuer. */
  sub: string;
  /** The portal's own id of the user, where the portal has the users. */
  external_id?: string | undefined;
  /** The id of the organisation. A portal of one organisation must compare it, or set `organisations`. */
  organisation: string;
  /** The username, to show it. It may change, and another user may get it later. */
  username: string;
  /** The methods that were used (RFC 8176): `pwd`, `otp`, `mfa` and so on. */
  amr: string[];
  /** The assurance level: `aal2` only if two factors were proven in this login. */
  acr: 'aal1' | 'aal2';
  /** Present if the second factor was a recovery code. */
  recovery?: true | undefined;
  /** When the user authenticated. */
  auth_time: number;
  /** The nonce of the portal's session. */
  nonce: string;
  /** The id of the assertion. */
  jti: string;
  iat: number;
  exp: number;
}

/** Verifies assertions. */
export interface AssertionVerifier {
  /**
   * Verifies an assertion, once. `nonce` is the one that this portal's server made and keeps in the user's session.
   * @throws AssertionRefusedError when the assertion is refused
   * @throws KeysUnavailableError when the keys could not be fetched; nothing was recorded
   * @throws the error of `seen`
   */
  verify(assertion: string, expected: { nonce: string }): Promise<AssertionClaims>;
}

/**
 * Makes the verifier of assertions for the server of a portal.
 * @throws TypeError when an option is missing or wrong
 */
export function createAssertionVerifier(options: AssertionVerifierOptions): AssertionVerifier {
  checkOptions(options);
  const { issuer, audience, seen, organisations, clockTolerance = CLOCK_TOLERANCE_S, clock = Date.now } = options;
  const keys = keysOf(options);
  return {
    async verify(assertion, { nonce }) {
      checkHeader(assertion);
      const payload = await payloadOf(assertion, keys, {
        ...{ algorithms: [ASSERTION_ALGORITHM], typ: ASSERTION_TYPE },
        ...{ issuer, audience, clockTolerance, currentDate: new Date(clock()) },
        ...{ maxTokenAge: ASSERTION_LIFETIME_S, requiredClaims: ['exp', 'jti', 'sub', 'nonce'] },
      });
      const parsed = claimsSchema.safeParse(payload);
      if (!parsed.success) throw badClaim(String(parsed.error.issues[0]?.path[0] ?? ''));
      const claims = parsed.data;
      if (claims.exp - claims.iat > ASSERTION_LIFETIME_S) throw badClaim('exp');
      if (organisations && !organisations.includes(claims.organisation)) {
        throw new AssertionRefusedError('wrong-organisation', 'it is of another organisation', 'organisation');
      }
      if (!isSameNonce(claims.nonce, nonce)) {
        throw new AssertionRefusedError('wrong-nonce', 'its nonce is not that of this session', 'nonce');
      }
      // Anything but an explicit `false` refuses, such as the `undefined` of a function without a return.
      if ((await seen(claims.jti, claims.exp + clockTolerance)) !== false) {
        throw new AssertionRefusedError('used', 'it was used before', 'jti');
      }
      return claims;
    },
  };
}

function checkOptions({ issuer, audience, jwks, seen, clockTolerance = 0 }: AssertionVerifierOptions): void {
  if (URL.parse(issuer) === null) throw new TypeError('issuer must be the base URL of the server');
  if (URL.parse(audience)?.origin !== audience) {
    throw new TypeError('audience must be the origin of the portal, such as https://portal.example');
  }
  if (typeof jwks === 'string' && URL.parse(jwks) === null)
    throw new TypeError('jwks must be a URL or a JSON Web Key Set');
  if (typeof seen !== 'function') throw new TypeError('seen must be a function that records the ids of assertions');
  if (!(clockTolerance >= 0 && clockTolerance <= 60)) throw new TypeError('clockTolerance must be 0 to 60 seconds');
}

function keysOf({ jwks, fetch }: AssertionVerifierOptions): JWTVerifyGetKey {
  if (typeof jwks === 'object' && 'keys' in jwks) return createLocalJWKSet(jwks);
  const how = { timeoutDuration: KEYS_TIMEOUT_MS, ...(fetch ? { [customFetch]: fetch } : {}) };
  return createRemoteJWKSet(new URL(jwks), how);
}

const HEADER_MEMBERS: readonly string[] = ['alg', 'typ', 'kid'];

/** Checks the header before a key is looked up, so that a forgery causes no request. @throws AssertionRefusedError */
function checkHeader(assertion: string): void {
  const header = headerOf(assertion);
  if (header.alg !== ASSERTION_ALGORITHM) {
    throw new AssertionRefusedError('bad-algorithm', `its algorithm must be ${ASSERTION_ALGORITHM}`);
  }
  // RFC 8725 §3.10: a key that comes with the assertion (jwk, jku, x5c, x5u) proves nothing.
  if (Object.keys(header).some((name) => !HEADER_MEMBERS.includes(name))) {
    throw new AssertionRefusedError('bad-header', 'its header may have alg, typ and kid only');
  }
  if (header.typ !== ASSERTION_TYPE) throw new AssertionRefusedError('wrong-type', `its typ must be ${ASSERTION_TYPE}`);
  if (typeof header.kid !== 'string') throw new AssertionRefusedError('unknown-key', 'it names no key');
}

function headerOf(assertion: string): Record<string, unknown> {
  try {
    return decodeProtectedHeader(assertion) as Record<string, unknown>;
  } catch {
    throw new AssertionRefusedError('malformed', 'it is no signed JWT');
  }
}

async function payloadOf(
  assertion: string,
  keys: JWTVerifyGetKey,
  expected: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(assertion, keys, expected)).payload;
  } catch (error) {
    throw errorOf(error);
  }
}

const faultOfClaim: Readonly<Record<string, AssertionFault>> = { iss: 'wrong-issuer', aud: 'wrong-audience' };

function errorOf(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return new AssertionRefusedError('expired', 'it has expired', error.claim);
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (reason !== 'check_failed') return badClaim(claim);
    const isEarly = claim === 'iat' || claim === 'nbf';
    const fault = isEarly ? 'not-yet-valid' : (faultOfClaim[claim] ?? 'bad-claims');
    return new AssertionRefusedError(fault, `its claim "${claim}" is not the expected one`, claim);
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return new AssertionRefusedError('unknown-key', 'the issuer publishes no such key');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new AssertionRefusedError('bad-signature', 'its signature is wrong');
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return new AssertionRefusedError('malformed', 'it is no signed JWT');
  }
  return new KeysUnavailableError({ cause: error });
}

const badClaim = (claim: string): AssertionRefusedError =>
  new AssertionRefusedError('bad-claims', `its claim "${claim}" is missing or has a wrong form`, claim);

/** Compares in constant time. A session without a nonce matches no assertion. */
function isSameNonce(given: string, expected: unknown): boolean {
  if (typeof expected !== 'string' || expected === '') return false;
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
