import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { PasskeyAssertion } from '@tweestap/protocol';
import { type AssertionQuestion, judgeAssertion, requestOptions } from './assertion.ts';
import { creationOptions, judgeRegistration } from './registration.ts';
import { Authenticator, type Ceremony, type Kind } from './testing/authenticator.ts';

/* Threat: an assertion that fails one check of WebAuthn L3 §7.2 is accepted as a login. */

const relyingParty = {
  id: 'portal.example',
  name: 'Clinic',
  origins: ['https://portal.example', 'https://login.example'],
};
const challenge = randomBytes(32).toString('base64url');
const userHandle = randomBytes(64).toString('base64url');

/** A registered authenticator, and the question that its assertion has to answer. */
async function registered(kind: Kind = {}): Promise<{ key: Authenticator; question: AssertionQuestion }> {
  const key = new Authenticator(kind);
  const user = { handle: userHandle, username: 'ada', name: undefined };
  const options = await creationOptions(relyingParty, user, { challenge, existing: [] });
  const expected = { challenge, relyingParty, userHandle, isConditional: false };
  const made = await judgeRegistration(key.create(options), expected);
  assert.ok(made);
  const row = { id: 'p', account_id: 'ada', external_id: made.credentialId, sign_count: made.signCount };
  return { key, question: { passkey: { row, data: made.data }, challenge, relyingParty, as: 'alone' } };
}

async function judged(
  ceremony: Ceremony,
  { kind = {}, as = 'alone', change = (given) => given }: Case = {},
): Promise<Awaited<ReturnType<typeof judgeAssertion>>> {
  const { key, question } = await registered(kind);
  const options = await requestOptions(relyingParty, challenge);
  return await judgeAssertion(change(key.get(options, ceremony)), { ...question, as });
}

interface Case {
  kind?: Kind;
  as?: 'alone' | 'second';
  change?(given: PasskeyAssertion): PasskeyAssertion;
}

const wrong = { outcome: 'refused', code: 'wrong-passkey' } as const;
const withResponse =
  (change: Partial<PasskeyAssertion['response']>) =>
  (given: PasskeyAssertion): PasskeyAssertion => ({ ...given, response: { ...given.response, ...change } });

test('an assertion of the registered key is accepted, alone and as the second factor', async () => {
  const verified = { outcome: 'accepted', how: 'user-verified', signCount: 2, backedUp: false };
  assert.deepEqual(await judged({}), verified);
  assert.deepEqual(await judged({}, { as: 'second' }), verified);
  assert.deepEqual(await judged({ origin: 'https://login.example' }), verified);
  const unverified = { ...verified, how: undefined };
  assert.deepEqual(await judged({}, { as: 'second', kind: { verifies: false } }), unverified);
  const { userHandle: _, ...response } = (await registered()).key.get(
    await requestOptions(relyingParty, challenge),
  ).response;
  assert.deepEqual(Object.keys(response).sort(), ['authenticatorData', 'clientDataJSON', 'signature']);
  // A security key that is no passkey reports no user handle as the second factor.
  const anonymous = (given: PasskeyAssertion): PasskeyAssertion => {
    const { userHandle: _handle, ...rest } = given.response;
    return { ...given, response: rest };
  };
  assert.deepEqual(await judged({}, { as: 'second', change: anonymous }), verified);
  assert.deepEqual(await judged({}, { change: anonymous }), wrong);
});

const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** The mutated inputs, by the check of WebAuthn L3 §7.2 that must refuse them. */
const mutations: Readonly<Record<string, readonly [Ceremony, Case?]>> = {
  'type of the client data (step 10)': [{ type: 'webauthn.create' }],
  'another challenge (step 11)': [{ challenge: randomBytes(32).toString('base64url') }],
  'another origin (step 12)': [{ origin: 'https://portal.example.evil.example' }],
  'origin with another scheme (step 12)': [{ origin: 'http://portal.example' }],
  'a frame of another origin (step 13)': [{ clientData: { crossOrigin: true } }],
  'a frame with a named parent (step 13)': [{ clientData: { crossOrigin: true, topOrigin: 'https://evil.example' } }],
  'a parent without a frame (step 13)': [{ clientData: { topOrigin: 'https://evil.example' } }],
  'crossOrigin of another type (step 13)': [{ clientData: { crossOrigin: 'false' } }],
  'hash of another relying party (step 15)': [{ rpId: 'evil.example' }],
  'user not present (step 16)': [{ flags: { up: false } }],
  'user not present as the second factor (step 16)': [{ flags: { up: false } }, { as: 'second' }],
  'backup eligibility that appeared (step 18, 19)': [{ flags: { be: true } }],
  'backup eligibility that disappeared (step 19)': [{ flags: { be: false, bs: false } }, { kind: { synced: true } }],
  'backed up without being eligible (step 18)': [{ flags: { be: false, bs: true } }],
  'signature of another key (step 21)': [{ key: other }],
  'changed signature (step 21)': [{ signature: (bytes) => bytes.fill(1, 8, 12) }],
  'truncated signature (step 21)': [{ signature: (bytes) => bytes.subarray(0, 10) }],
  'id that is not the raw id': [{}, { change: (given) => ({ ...given, rawId: 'b3RoZXI' }) }],
  'id of another credential (step 5)': [{}, { change: (given) => ({ ...given, id: 'b3RoZXI', rawId: 'b3RoZXI' }) }],
  'type that is not public-key': [{}, { change: (given) => ({ ...given, type: 'password' }) }],
  'user handle of another user (step 6)': [{}, { change: withResponse({ userHandle: 'b3RoZXI' }) }],
  'user handle of another user, second factor (step 6)': [
    {},
    { as: 'second', change: withResponse({ userHandle: 'b3RoZXI' }) },
  ],
  'client data that is no JSON (step 9)': [{}, { change: withResponse({ clientDataJSON: 'AAAA' }) }],
  'client data that is no object (step 9)': [
    {},
    { change: withResponse({ clientDataJSON: Buffer.from('null').toString('base64url') }) },
  ],
  'authenticator data that is too short': [{}, { change: withResponse({ authenticatorData: 'AAAA' }) }],
  'authenticator data of another ceremony (step 21)': [
    {},
    { change: withResponse({ authenticatorData: Buffer.alloc(37, 5).toString('base64url') }) },
  ],
};

for (const [title, [ceremony, given]] of Object.entries(mutations)) {
  test(`R22 §7.2: an assertion is refused: ${title}`, async () => {
    assert.deepEqual(await judged(ceremony, given), wrong);
  });
}

test('R22 §7.2 step 17: a passkey that stands alone without user verification is refused with its own code', async () => {
  const expected = { outcome: 'refused', code: 'unverified-passkey' };
  assert.deepEqual(await judged({ flags: { uv: false } }), expected);
  assert.deepEqual(await judged({}, { kind: { verifies: false } }), expected);
});

test('R22 §7.2 step 22: a counter that does not rise is refused and reported as a copy', async () => {
  const copied = { ...wrong, isCopied: true };
  assert.deepEqual(await judged({ signCount: 1 }), copied);
  assert.deepEqual(await judged({ signCount: 0 }), copied);
  assert.equal((await judged({ signCount: 2 })).outcome, 'accepted');
  // A synced passkey has no counter.
  assert.equal((await judged({}, { kind: { counts: false, synced: true } })).outcome, 'accepted');
});

test('R23: the options have the challenge of the flow, at least 16 bytes, and name no passkey of an unknown account', async () => {
  const { question } = await registered();
  const alone = await requestOptions(relyingParty, challenge);
  assert.deepEqual([alone.challenge, alone.userVerification, alone.rpId], [challenge, 'required', 'portal.example']);
  assert.equal(alone.allowCredentials, undefined);
  assert.ok(alone.timeout <= 600_000);
  const second = await requestOptions(relyingParty, challenge, [question.passkey]);
  assert.equal(second.userVerification, 'preferred');
  assert.deepEqual(second.allowCredentials, [
    { id: question.passkey.row.external_id, transports: ['internal'], type: 'public-key' },
  ]);
});
