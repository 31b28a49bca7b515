import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { PasskeyRegistration } from '@tweestap/protocol';
import { creationOptions, judgeRegistration, type NewPasskey } from './registration.ts';
import { Authenticator, type Ceremony, type Kind } from './testing/authenticator.ts';

/* Threat: a credential that fails one check of WebAuthn L3 §7.1 is registered. */

const relyingParty = { id: 'portal.example', name: 'Clinic', origins: ['https://portal.example'] };
const challenge = randomBytes(32).toString('base64url');
const userHandle = randomBytes(64).toString('base64url');
const user = { handle: userHandle, username: 'ada', name: 'Ada' };

interface Case {
  kind?: Kind;
  isConditional?: boolean;
  change?(given: PasskeyRegistration): PasskeyRegistration;
}

async function judged(ceremony: Ceremony, given: Case = {}): Promise<NewPasskey | undefined> {
  const { kind = {}, isConditional = false, change = (same) => same } = given;
  const options = await creationOptions(relyingParty, user, { challenge, existing: [] });
  const credential = change(new Authenticator(kind).create(options, ceremony));
  return await judgeRegistration(credential, { challenge, relyingParty, userHandle, isConditional });
}

test('a new passkey is accepted with its key, its transports, and whether it is synced', async () => {
  const made = await judged(
    {},
    { kind: { synced: true, counts: false, aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d' } },
  );
  assert.ok(made);
  const { publicKey, ...data } = made.data;
  assert.ok(publicKey.length > 80);
  assert.deepEqual(data, {
    ...{ userHandle, rpId: 'portal.example', transports: ['internal'], deviceType: 'multiDevice', backedUp: true },
    aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d',
  });
  assert.deepEqual([made.how, made.signCount], ['user-verified', 0]);
  const key = await judged({}, { kind: { verifies: false } });
  assert.deepEqual([key?.how, key?.data.deviceType, key?.data.backedUp], [undefined, 'singleDevice', false]);
});

test('a passkey that the browser created without asking needs no touch; any other one does', async () => {
  const untouched = { flags: { up: false, uv: false } };
  assert.ok(await judged(untouched, { isConditional: true }));
  assert.equal(await judged(untouched), undefined);
});

const long = Buffer.alloc(1024, 1);

/** The mutated inputs, by the check of WebAuthn L3 §7.1 that must refuse them. */
const mutations: Readonly<Record<string, readonly [Ceremony, Case?]>> = {
  'type of the client data (step 7)': [{ type: 'webauthn.get' }],
  'another challenge (step 8)': [{ challenge: randomBytes(32).toString('base64url') }],
  'another origin (step 9)': [{ origin: 'https://evil.example' }],
  'a frame of another origin (step 10)': [{ clientData: { crossOrigin: true } }],
  'a named parent (step 11)': [{ clientData: { topOrigin: 'https://evil.example' } }],
  'hash of another relying party (step 14)': [{ rpId: 'evil.example' }],
  'user not present (step 15)': [{ flags: { up: false } }],
  'backed up without being eligible (step 17)': [{ flags: { be: false, bs: true } }],
  'an algorithm that was not offered (step 20)': [{ algorithm: -35 }],
  'an algorithm that no key has (step 20)': [{ algorithm: 0 }],
  'an unknown attestation format (step 21)': [{ format: 'made-up' }],
  'no attestation with a statement (step 22)': [{ statement: [['sig', new Uint8Array(8)]] }],
  'a packed attestation with a wrong signature (step 22)': [
    {
      format: 'packed',
      statement: [
        ['alg', -7],
        ['sig', new Uint8Array(70)],
      ],
    },
  ],
  'a credential id over 1023 bytes (step 25)': [
    { credentialId: long },
    { change: (given) => ({ ...given, id: long.toString('base64url'), rawId: long.toString('base64url') }) },
  ],
  'a reported id that is not the attested one': [{ credentialId: Buffer.alloc(32, 2) }],
  'id that is not the raw id': [{}, { change: (given) => ({ ...given, rawId: 'b3RoZXI' }) }],
  'type that is not public-key': [{}, { change: (given) => ({ ...given, type: 'password' }) }],
  'client data that is no JSON (step 6)': [
    {},
    { change: (given) => ({ ...given, response: { ...given.response, clientDataJSON: 'AAAA' } }) },
  ],
  'an attestation that is no CBOR (step 13)': [
    {},
    { change: (given) => ({ ...given, response: { ...given.response, attestationObject: 'AAAA' } }) },
  ],
};

for (const [title, [ceremony, given]] of Object.entries(mutations)) {
  test(`R22 §7.1: a credential is refused: ${title}`, async () => {
    assert.equal(await judged(ceremony, given), undefined);
  });
}

test('R23: the options exclude the passkeys of the account and request no attestation', async () => {
  const made = await judged({});
  assert.ok(made);
  const row = { id: 'p', account_id: 'ada', external_id: made.credentialId, sign_count: 0 };
  const options = await creationOptions(relyingParty, user, { challenge, existing: [{ row, data: made.data }] });
  assert.deepEqual([options.challenge, options.attestation], [challenge, 'none']);
  assert.deepEqual(options.user, { id: userHandle, name: 'ada', displayName: 'Ada' });
  assert.deepEqual(options.excludeCredentials, [
    { id: made.credentialId, transports: ['internal'], type: 'public-key' },
  ]);
  assert.deepEqual(options.authenticatorSelection, {
    ...{ residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
  });
});
