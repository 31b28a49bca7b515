/*
 * Threat: someone makes an assertion that the server never signed, or uses a stolen one, and a portal logs them in (R68).
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { makeKey, signWithSecret } from '../http/testing/clients.ts';
import {
  type AssertionFault,
  AssertionRefusedError,
  type AssertionVerifierOptions,
  createAssertionVerifier,
  KeysUnavailableError,
} from './verifier.ts';

const NOW = Date.UTC(2026, 0, 1);
const ISSUER = 'https://login.example';
const AUDIENCE = 'https://portal.example';
const NONCE = 'nonce-of-this-session';
const TYPE = { typ: 'mfa-assertion+jwt' };

const key = await makeKey('ES256');
const other = await makeKey('ES256');
const twisted = await makeKey('EdDSA');
const jwks = { keys: [{ ...key.publicKey, kid: key.kid, alg: 'ES256', use: 'sig' }] };

/** A register of used ids, as a table with a primary key is one. */
function register(): { seen(jti: string, expiresAt: number): Promise<boolean>; rows: Map<string, number> } {
  const rows = new Map<string, number>();
  return {
    rows,
    async seen(jti, expiresAt) {
      const isKnown = rows.has(jti);
      rows.set(jti, expiresAt);
      return isKnown;
    },
  };
}

const verifier = (given: Partial<AssertionVerifierOptions> = {}) =>
  createAssertionVerifier({
    ...{ issuer: ISSUER, audience: AUDIENCE, jwks, seen: register().seen, clock: () => NOW },
    ...given,
  } as AssertionVerifierOptions);

const claims = (given: object = {}): Record<string, unknown> => {
  const iat = NOW / 1000;
  return {
    ...{ iss: ISSUER, aud: AUDIENCE, sub: 'account', organisation: 'clinic', username: 'ada' },
    ...{ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', auth_time: iat, nonce: NONCE },
    ...{ jti: randomUUID(), iat, exp: iat + 120, ...given },
  };
};
const good = (given: object = {}): string => key.sign(claims(given), TYPE);

const refusal = async (
  assertion: string,
  given: Partial<AssertionVerifierOptions> = {},
  session: { nonce: string } = { nonce: NONCE },
) => {
  try {
    await verifier(given).verify(assertion, session);
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof AssertionRefusedError, String(error));
    for (const part of assertion.split('.')) assert.ok(part.length < 10 || !error.message.includes(part));
    return error.code;
  }
};

test('R68 a correct assertion is accepted once, with typed claims', async () => {
  const { seen, rows } = register();
  const one = verifier({ seen });
  const assertion = good({ external_id: '4711' });
  const found = await one.verify(assertion, { nonce: NONCE });
  assert.deepEqual([found.sub, found.external_id, found.acr], ['account', '4711', 'aal2']);
  assert.deepEqual([...rows.values()], [NOW / 1000 + 120 + 5]);
  await assert.rejects(one.verify(assertion, { nonce: NONCE }), { code: 'used' });
});

const forged = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** Signs with a key of the attacker, under any header. */
function forge(header: object, payload: object): string {
  const text = `${encode(header)}.${encode(payload)}`;
  const options = { key: forged.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${text}.${sign('sha256', Buffer.from(text), options).toString('base64url')}`;
}
const jwk = forged.publicKey.export({ format: 'jwk' });
const header = { alg: 'ES256', kid: key.kid, ...TYPE };
const pem = forged.publicKey.export({ format: 'pem', type: 'spki' });

const forgeries: [name: string, assertion: string, fault: AssertionFault][] = [
  ['alg none', `${encode({ ...header, alg: 'none' })}.${encode(claims())}.`, 'bad-algorithm'],
  ['alg None', `${encode({ ...header, alg: 'None' })}.${encode(claims())}.`, 'bad-algorithm'],
  ['no alg', `${encode({ kid: key.kid, ...TYPE })}.${encode(claims())}.`, 'bad-algorithm'],
  [
    'HS256 signed with the public key',
    signWithSecret(JSON.stringify(jwks.keys[0]), claims(), { kid: key.kid, ...TYPE }),
    'bad-algorithm',
  ],
  [
    'HS256 signed with the key as PEM',
    signWithSecret(String(pem), claims(), { kid: key.kid, ...TYPE }),
    'bad-algorithm',
  ],
  ['EdDSA', twisted.sign(claims(), { kid: key.kid, ...TYPE }), 'bad-algorithm'],
  ['no signature', `${encode(header)}.${encode(claims())}.`, 'bad-signature'],
  ['a signature of zeros', `${encode(header)}.${encode(claims())}.${'A'.repeat(86)}`, 'bad-signature'],
  ['an unknown kid', other.sign(claims(), TYPE), 'unknown-key'],
  ['no kid', key.sign(claims(), { ...TYPE, kid: undefined }), 'unknown-key'],
  ['the kid of another key', other.sign(claims(), { ...TYPE, kid: key.kid }), 'bad-signature'],
  ['an embedded jwk', forge({ ...header, jwk }, claims()), 'bad-header'],
  ['an embedded jwk without kid', forge({ alg: 'ES256', ...TYPE, jwk }, claims()), 'bad-header'],
  ['a jku', forge({ ...header, jku: 'https://evil.example/jwks' }, claims()), 'bad-header'],
  ['an x5c', forge({ ...header, x5c: ['AAAA'] }, claims()), 'bad-header'],
  ['an x5u', forge({ ...header, x5u: 'https://evil.example/cert' }, claims()), 'bad-header'],
  ['a critical extension', key.sign(claims(), { ...TYPE, crit: ['b64'], b64: true }), 'bad-header'],
  ['no typ', key.sign(claims()), 'wrong-type'],
  ['the typ of another JWT', key.sign(claims(), { typ: 'JWT' }), 'wrong-type'],
  ['the typ of an access token', key.sign(claims(), { typ: 'at+jwt' }), 'wrong-type'],
  ['no JWT', 'assertion', 'malformed'],
  ['an empty text', '', 'malformed'],
  ['a payload that is no JSON', key.sign(claims(), TYPE).replace(/\.[^.]+\./, '.e30x.'), 'bad-signature'],
];
for (const [name, assertion, fault] of forgeries) {
  test(`R68 an assertion with ${name} is refused`, async () => assert.equal(await refusal(assertion), fault));
}

const seconds = NOW / 1000;
const wrong: [name: string, given: object, fault: AssertionFault][] = [
  ['another issuer', { iss: 'https://evil.example' }, 'wrong-issuer'],
  ['an issuer with a slash', { iss: `${ISSUER}/` }, 'wrong-issuer'],
  ['no issuer', { iss: undefined }, 'bad-claims'],
  ['another audience', { aud: 'https://evil.example' }, 'wrong-audience'],
  ['no audience', { aud: undefined }, 'bad-claims'],
  ['several audiences', { aud: [AUDIENCE, 'https://evil.example'] }, 'bad-claims'],
  ['another nonce', { nonce: 'nonce-of-another-session' }, 'wrong-nonce'],
  ['no nonce', { nonce: undefined }, 'bad-claims'],
  ['an empty nonce', { nonce: '' }, 'bad-claims'],
  ['an end in the past', { iat: seconds - 200, exp: seconds - 80 }, 'expired'],
  ['an end now, after the tolerance', { iat: seconds - 120, exp: seconds - 5 }, 'expired'],
  ['an end as a text', { exp: String(seconds + 60) }, 'bad-claims'],
  ['an end with decimals', { exp: seconds + 60.5 }, 'bad-claims'],
  ['no end', { exp: undefined }, 'bad-claims'],
  ['a long life', { exp: seconds + 121 }, 'bad-claims'],
  ['a time in the future', { iat: seconds + 60, exp: seconds + 120 }, 'not-yet-valid'],
  ['no time', { iat: undefined }, 'bad-claims'],
  ['a start in the future', { nbf: seconds + 60 }, 'not-yet-valid'],
  ['no subject', { sub: undefined }, 'bad-claims'],
  ['a number as the subject', { sub: 1 }, 'bad-claims'],
  ['no id', { jti: undefined }, 'bad-claims'],
  ['a short id', { jti: '1' }, 'bad-claims'],
  ['no organisation', { organisation: undefined }, 'bad-claims'],
  ['no amr', { amr: undefined }, 'bad-claims'],
  ['an amr that is a text', { amr: 'mfa' }, 'bad-claims'],
  ['no acr', { acr: undefined }, 'bad-claims'],
  ['an unknown acr', { acr: 'aal3' }, 'bad-claims'],
  ['no time of the login', { auth_time: undefined }, 'bad-claims'],
];
for (const [name, given, fault] of wrong) {
  test(`R68 an assertion with ${name} is refused, and is not recorded as used`, async () => {
    const { seen, rows } = register();
    assert.equal(await refusal(good(given), { seen }), fault);
    assert.equal(rows.size, 0);
  });
}

test('R68 an assertion is refused by a session without a nonce', async () => {
  for (const nonce of [undefined, null, '', 1, {}] as unknown as string[]) {
    assert.equal(await refusal(good(), {}, { nonce }), 'wrong-nonce');
  }
});

test('R68 of two parallel uses of an assertion one is accepted', async () => {
  const one = verifier({ seen: register().seen });
  const assertion = good();
  const results = await Promise.allSettled([1, 2, 3].map(() => one.verify(assertion, { nonce: NONCE })));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('R68 a register of used assertions that returns nothing, or fails, refuses', async () => {
  const nothing = (async () => undefined) as unknown as AssertionVerifierOptions['seen'];
  assert.equal(await refusal(good(), { seen: nothing }), 'used');
  const failing = verifier({ seen: () => Promise.reject(new Error('the disk is full')) });
  await assert.rejects(failing.verify(good(), { nonce: NONCE }), /disk is full/);
});

test('R68 a portal of one organisation refuses the users of another', async () => {
  assert.equal(await refusal(good(), { organisations: ['school'] }), 'wrong-organisation');
  assert.equal(await refusal(good(), { organisations: ['clinic'] }), 'accepted');
});

test('R68 an option that is missing or wrong is refused when the verifier is made', () => {
  const given: [Partial<Record<keyof AssertionVerifierOptions, unknown>>, RegExp][] = [
    [{ seen: undefined }, /seen/],
    [{ audience: 'https://portal.example/login' }, /audience/],
    [{ audience: '' }, /audience/],
    [{ issuer: 'portal' }, /issuer/],
    [{ jwks: 'keys' }, /jwks/],
    [{ clockTolerance: 3600 }, /clockTolerance/],
  ];
  for (const [option, message] of given) {
    assert.throws(() => verifier(option as Partial<AssertionVerifierOptions>), message);
  }
});

test('R74 the verifier fetches the published keys, and a new key when it sees one', async (t) => {
  let keys = jwks;
  let requests = 0;
  const server = createServer((_, res) => {
    requests += 1;
    res.setHeader('content-type', 'application/json').end(JSON.stringify(keys));
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const one = verifier({ jwks: `http://127.0.0.1:${port}/jwks.json` });
  await one.verify(good(), { nonce: NONCE });
  await one.verify(good(), { nonce: NONCE });
  assert.equal(requests, 1);
  keys = { keys: [...jwks.keys, { ...other.publicKey, kid: other.kid, alg: 'ES256', use: 'sig' } as never] };
  const fresh = verifier({ jwks: new URL(`http://127.0.0.1:${port}/jwks.json`) });
  await fresh.verify(other.sign(claims(), TYPE), { nonce: NONCE });
  server.closeAllConnections();
  server.close();
  const cut = verifier({ jwks: `http://127.0.0.1:${port}/jwks.json` });
  await assert.rejects(cut.verify(good(), { nonce: NONCE }), KeysUnavailableError);
});
