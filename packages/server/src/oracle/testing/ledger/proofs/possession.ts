import assert from 'node:assert/strict';
import type { JsonWebKey } from 'node:crypto';
import { isSignedBy, readJws, textOf } from '../jws.ts';
import type { Ledger } from '../ledger.ts';
import type { Phone, User } from '../users.ts';

/** The address of the API in proofs of possession and assertions. */
export const AUDIENCE = 'http://localhost/mfa/v1';
/** ms: how far the time of a proof may be off. */
const MAX_SKEW = 5 * 60_000;

/** One request of a phone, as it was sent. */
export interface PhoneCall {
  /** The HTTP method. */
  method: string;
  /** The path below the mount path. */
  path: string;
  /** The proof of possession. */
  dpop?: string | undefined;
  /** The body before it is encoded as JSON. */
  body?: unknown;
}

/** Requires a proof of possession for this request, recent and used once (RFC 9449 §4.3). Returns the key. */
export function requireProof(ledger: Ledger, { method, path, dpop }: PhoneCall, sent: number): JsonWebKey {
  assert.ok(dpop, 'a request of a phone was carried out without a proof (R20)');
  const { header, payload } = readJws(dpop);
  const jwk = header.jwk as JsonWebKey;
  assert.ok(isSignedBy(dpop, jwk), 'a proof with a wrong signature was accepted (R20)');
  assert.deepEqual(
    [payload.htm, payload.htu],
    [method, AUDIENCE + path],
    'a proof for another request was accepted (R20)',
  );
  const age = sent - Number(payload.iat) * 1000;
  assert.ok(Math.abs(age) <= MAX_SKEW + 1000, 'an old proof was accepted (R20)');
  useOnce(ledger, `${textOf(jwk)} ${payload.jti}`, 'a proof was accepted twice (R20)');
  return jwk;
}

/** Requires that a signed text was not accepted before. */
export function useOnce({ phones: { used } }: Ledger, id: string, message: string): void {
  assert.ok(!used.has(id), message);
  used.add(id);
}

/** The linked phone with a key, and its user; undefined if no active user has it. */
export function phoneOf({ users }: Ledger, jwk: JsonWebKey): { user: User; phone: Phone } | undefined {
  // Another user may link a phone whose former user was deleted.
  const user = users.find(
    (each) => each.state !== 'gone' && each.phones.some((phone) => textOf(phone.jwk) === textOf(jwk)),
  );
  const phone = user?.phones.find((each) => textOf(each.jwk) === textOf(jwk));
  return user && phone && user.state === 'active' ? { user, phone } : undefined;
}

/** Requires that the key is that of a linked phone of an active user, and of the named one if there is a name. */
export function requirePhone(ledger: Ledger, jwk: JsonWebKey, id?: string): { user: User; phone: Phone } {
  const found = phoneOf(ledger, jwk);
  assert.ok(found, 'a phone that is not linked, or was removed, was served (R34)');
  if (id !== undefined) assert.equal(found.phone.id, id, 'a phone was served in the name of another one (R20)');
  return found;
}
