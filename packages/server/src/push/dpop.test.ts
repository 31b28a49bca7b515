/*
 * Threat: a phone is impersonated by a stolen, old, repeated or redirected proof, or by a proof with a key or an algorithm of the
 * attacker's choice.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateKeyPair, SignJWT } from 'jose';
import { ProofError, verifyProof } from './dpop.ts';
import { Phone } from './testing/phone.ts';

const NOW = Date.UTC(2026, 5, 30, 12);
const URL = 'https://portal.example/mfa/v1/push/requests';
const request = { method: 'GET', urls: [URL], now: NOW };
const phone = await Phone.create(() => NOW);
const other = await Phone.create(() => NOW);

const refuses = (header: string | string[] | undefined, reason?: string, at: Partial<typeof request> = {}) =>
  assert.rejects(verifyProof(header, { ...request, ...at }), (error: unknown) => {
    assert.ok(error instanceof ProofError);
    if (reason !== undefined) assert.equal(error.message, reason);
    return true;
  });

test('R20 a proof by the key of the phone for this request is accepted, and names the thumbprint of the key', async () => {
  const proof = await verifyProof(await phone.proof('GET', URL), request);
  assert.equal(proof.thumbprint, phone.thumbprint);
  assert.deepEqual(proof.key, phone.publicKey);
  assert.ok(proof.expiresAt > NOW + 5 * 60_000, 'its id is kept until the proof is too old');
});

test('R20 a request without exactly one proof is refused', async () => {
  await refuses(undefined, 'one header');
  const proof = await phone.proof('GET', URL);
  await refuses([proof, proof], 'one header');
  await refuses(`${proof}, ${proof}`, 'one header');
  for (const text of ['', 'a.b.c', 'x', '{}', 'a'.repeat(3000)]) await refuses(text);
});

test('R20 a proof for another method, address or origin is refused', async () => {
  await refuses(await phone.proof('POST', URL), 'htm');
  for (const url of [
    'https://portal.example/mfa/v1/push/devices',
    'https://evil.example/mfa/v1/push/requests',
    'http://portal.example/mfa/v1/push/requests',
    `${URL}?wait=25`,
    `${URL}/`,
  ]) {
    await refuses(await phone.proof('GET', url), 'htu');
  }
});

test('R20 a proof that is more than five minutes old or early is refused', async () => {
  for (const off of [-301, 301]) {
    const iat = NOW / 1000 + off;
    await refuses(await phone.proof('GET', URL, { claims: { iat } }), 'iat');
  }
  for (const off of [-300, 300]) {
    const iat = NOW / 1000 + off;
    await verifyProof(await phone.proof('GET', URL, { claims: { iat } }), request);
  }
});

test('R20 a proof whose header has another type, a private or foreign key, or more members is refused', async () => {
  const { publicKey } = phone;
  const headers: Record<string, unknown>[] = [
    { typ: 'JWT' },
    { jwk: { ...publicKey, d: publicKey.x } },
    { jwk: { ...publicKey, kid: 'x' } },
    { jwk: { kty: 'oct', k: 'AAAA' } },
    { jwk: { kty: 'EC', crv: 'P-384', x: publicKey.x, y: publicKey.y } },
    { jwk: { ...publicKey, x: 'A'.repeat(43) } },
    { jku: 'https://evil.example/keys' },
    { kid: 'x' },
  ];
  for (const header of headers) await refuses(await phone.proof('GET', URL, { header }));
  // The key of another phone in the header: the signature is by the first one.
  await refuses(await phone.proof('GET', URL, { header: { jwk: other.publicKey } }), 'signature');
});

test('R20 a proof without a valid id, or with claims of wrong types, is refused', async () => {
  for (const claims of [
    { jti: undefined },
    { jti: 'short' },
    { jti: 'a'.repeat(65) },
    { jti: 7 },
    { iat: 'now' },
    { htm: undefined },
    { htu: ['x'] },
    { more: 1 },
  ]) {
    await refuses(await phone.proof('GET', URL, { claims }));
  }
});

test('R20 a proof with another algorithm is refused', async () => {
  const { privateKey } = await generateKeyPair('RS256');
  const claims = { htm: 'GET', htu: URL, iat: NOW / 1000, jti: 'a'.repeat(22) };
  const rsa = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'dpop+jwt', jwk: phone.publicKey })
    .sign(privateKey);
  await refuses(rsa);
  const mac = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: phone.publicKey })
    .sign(new TextEncoder().encode('a'.repeat(32)));
  await refuses(mac);
  const [, payload = ''] = rsa.split('.');
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk: phone.publicKey })).toString(
    'base64url',
  );
  await refuses(`${none}.${payload}.`);
});
