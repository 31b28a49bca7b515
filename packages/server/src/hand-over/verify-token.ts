import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { sameHash } from '../crypto/tokens.ts';
import { keysOf, type System } from './system-keys.ts';

/** The `typ` of a token (RFC 8725 §3.11), so that no other JWT of the system is taken for one. */
const TOKEN_TYPE = 'hand-over+jwt';
const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519'];
const HEADER_MEMBERS: readonly string[] = ['alg', 'typ', 'kid'];
/** How old a token may be, in seconds. */
const MAX_AGE_S = 60;
/** In seconds: how far the clock of the other system may be ahead. It is not added to the age. */
const CLOCK_TOLERANCE_S = 5;

const claimsSchema = z.object({
  sub: z.string().min(1).max(128),
  organisation: z.string().min(1).max(64),
  nonce: z.string().min(1).max(256),
  jti: z.string().min(16).max(128),
  iat: z.int(),
  exp: z.int(),
  username: z.string().min(1).max(256).optional(),
  amr: z.array(z.string().max(32)).max(20).optional(),
});

/** What a verified token says. */
export interface HandedOver extends z.output<typeof claimsSchema> {
  /** The key that signed it, or the URL of the published keys. */
  key: string;
}

/** The names in a token before it is verified, by which its system is found. */
export function namesIn(token: string): { issuer: string; organisation: string } | undefined {
  try {
    const { iss, organisation } = decodeJwt(token);
    return typeof iss === 'string' && typeof organisation === 'string' ? { issuer: iss, organisation } : undefined;
  } catch {
    return undefined;
  }
}

interface Expected {
  /** `aud`: the address of the API, as one text. */
  audience: string;
  organisation: string;
  /** The nonce of this browser. */
  nonce: string;
  /** ms since the epoch. */
  now: number;
}

/** Verifies the token of a system, or says why it is refused. The caller uses its `jti` once. */
export async function verifyToken(
  token: string,
  system: System,
  { audience, organisation, nonce, now }: Expected,
): Promise<HandedOver | { fault: string }> {
  const keys = keysOf(system);
  const bad = headerFault(token);
  if (bad !== undefined) return { fault: bad };
  try {
    const { payload } = await jwtVerify(token, keys.key, {
      ...{ algorithms: ALGORITHMS, issuer: system.issuer, audience },
      ...{ currentDate: new Date(now), clockTolerance: CLOCK_TOLERANCE_S, maxTokenAge: MAX_AGE_S - CLOCK_TOLERANCE_S },
    });
    const parsed = claimsSchema.safeParse(payload);
    if (!parsed.success) return wrongClaim(String(parsed.error.issues[0]?.path[0] ?? ''));
    const claims = parsed.data;
    // A token for several audiences could be sent on by one of them.
    if (payload.aud !== audience) return wrongClaim('aud');
    if (claims.exp - claims.iat > MAX_AGE_S) return wrongClaim('exp');
    if (claims.organisation !== organisation) return wrongClaim('organisation');
    if (!sameHash(claims.nonce, nonce)) return { fault: 'its nonce is not that of this browser' };
    return { ...claims, key: keys.name() };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/** The last moment at which a token of this age could be accepted, in ms since the epoch. */
export const usedUntil = ({ iat }: HandedOver): number => (iat + MAX_AGE_S + 2 * CLOCK_TOLERANCE_S) * 1000;

function headerFault(token: string): string | undefined {
  try {
    const header: Record<string, unknown> = { ...decodeProtectedHeader(token) };
    if (Object.keys(header).some((name) => !HEADER_MEMBERS.includes(name))) {
      return 'its header may have "alg", "typ" and "kid" only';
    }
    return header.typ === TOKEN_TYPE ? undefined : `its "typ" must be "${TOKEN_TYPE}"`;
  } catch {
    return 'it is no signed JWT';
  }
}

const wrongClaim = (claim: string) => ({ fault: `its claim "${claim}" is missing or wrong` });

/** What is wrong, for the developer of the system. It never repeats a value of the token (R25). */
function faultOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it is too old';
  if (error instanceof errors.JWTClaimValidationFailed) return wrongClaim(error.claim).fault;
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return 'it is not signed by a key of the system';
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm must be ES256 or EdDSA';
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return 'it is no signed JWT';
  return 'the keys of the system could not be used: see "policy.handOver" of the organisation';
}
