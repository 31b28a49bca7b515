import assert from 'node:assert/strict';
import { readJws } from '../jws.ts';
import type { Ledger } from '../ledger.ts';
import { BASE_URL, isOther, LIMITED, PORTAL } from '../origins.ts';
import { useOnce } from '../proofs/possession.ts';
import type { BeginBody, FlowRecord, Given, SessionRecord } from '../records.ts';
import type { Reply } from '../wire.ts';

/* Assertions, which a portal's server accepts in place of a session (R68). They require the same proofs. */

/** seconds */
const LIFE = 120;

/** Judges how a flow begins that ends in an assertion: with a nonce, as a login or a step-up, on a known origin. */
export function requireNonce(flow: FlowRecord, { nonce, client }: BeginBody, { origin }: Given): void {
  const { kind, portal } = flow;
  if (portal !== undefined) {
    assert.ok([PORTAL, LIMITED].includes(portal), 'a flow began on an unknown origin (R75)');
    assert.ok(kind === 'recover' || kind === 'login', `a portal began a flow of kind ${kind} (R75)`);
    assert.ok(kind === 'recover' || nonce !== undefined, 'a login began on another origin without a nonce (R68)');
  }
  if (nonce === undefined) return;
  assert.ok(kind === 'login' || kind === 'step-up', `a flow of kind ${kind} began with a nonce (R68)`);
  assert.equal(client, undefined, 'a client asked for an assertion (R94)');
  assert.ok(origin === BASE_URL || isOther(origin), 'a flow began with a nonce that no page has sent (R68)');
}

/** Judges the assertion of a finished flow: it says what was proven, for the origin and with the nonce of its start. */
export function judgeAssertion(
  ledger: Ledger,
  { flow, record, reply, given }: { flow: FlowRecord; record: SessionRecord; reply: Reply; given: Given },
): void {
  const token = reply.body.flow?.step.assertion;
  if (!flow.assertion) {
    assert.equal(token, undefined, 'an assertion was given that no portal has asked for (R68)');
    return;
  }
  if (token === undefined) {
    assert.ok(given.lost, 'a flow with a nonce ended without an assertion (R68)');
    return;
  }
  const { header, payload } = readJws(String(token));
  const { jti, ...claims } = payload;
  const { user, amr, acr, recovery, authTime } = record;
  const seconds = Math.floor(authTime / 1000);
  const { nonce, audience } = flow.assertion;
  const expected = {
    ...{ iss: BASE_URL, aud: audience, sub: user.id, nonce },
    ...{ organisation: user.organisation.id, username: user.username, amr, acr },
    ...(user.external === undefined ? {} : { external_id: user.external }),
    ...(recovery ? { recovery } : {}),
    ...{ auth_time: seconds, iat: seconds, exp: seconds + LIFE },
  };
  assert.deepEqual(claims, expected, 'an assertion says something else than was proven (R68, R69)');
  const { kid, ...rest } = header;
  assert.deepEqual(rest, { alg: 'ES256', typ: 'mfa-assertion+jwt' }, 'an assertion has another header (R68)');
  assert.ok(typeof kid === 'string' && typeof jti === 'string' && jti.length > 15, 'an assertion has no id (R68)');
  useOnce(ledger, `assertion ${jti}`, 'two assertions have the same id (R68)');
  ledger.note(flow.portal === undefined ? `an assertion of a ${flow.kind}` : 'an assertion of a portal');
}
