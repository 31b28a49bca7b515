import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server';
import { isoBase64URL } from '@simplewebauthn/server/helpers';
import type { PasskeyCreationOptions, PasskeyRegistration } from '@tweestap/protocol';
import type { StoredPasskey } from './assertion.ts';
import { CHALLENGE_LIFE_MS } from './challenge.ts';
import { isCrossOrigin } from './client-data.ts';
import { type PasskeyData, USER_VERIFIED } from './factor.ts';
import type { RelyingParty } from './relying-party.ts';

/** Bytes of a user handle: the maximum, so that it contains nothing about the user (WebAuthn L3 §14.6.1). */
export const USER_HANDLE_BYTES = 64;
/** COSE algorithms: EdDSA, ES256 and RS256 (WebAuthn L3 §5.4.4 recommends them), best first. */
const ALGORITHMS = [-8, -7, -257];
/** Bytes of a credential id, at most (WebAuthn L3 §7.1 step 25). */
const MAX_ID_BYTES = 1023;

/** The user for whom a passkey is created. */
export interface PasskeyUser {
  /** The user handle, base64url. */
  handle: string;
  username: string;
  name: string | undefined;
}

/** The options of a new passkey. The passkeys that the account has are excluded, so none is created twice. */
export async function creationOptions(
  { id: rpID, name: rpName }: RelyingParty,
  { handle, username, name }: PasskeyUser,
  { challenge, existing }: { challenge: string; existing: readonly StoredPasskey[] },
): Promise<PasskeyCreationOptions> {
  const options = await generateRegistrationOptions({
    ...{ rpID, rpName, challenge: isoBase64URL.toBuffer(challenge), userID: isoBase64URL.toBuffer(handle) },
    userName: username,
    userDisplayName: name ?? username,
    timeout: CHALLENGE_LIFE_MS,
    attestationType: 'none',
    excludeCredentials: existing.map(({ row, data }) => ({
      id: row.external_id ?? '',
      transports: data.transports as never,
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
  // The library returns absent members as undefined.
  return JSON.parse(JSON.stringify(options)) as PasskeyCreationOptions;
}

/** A passkey that was created correctly. */
export interface NewPasskey {
  credentialId: string;
  signCount: number;
  how: typeof USER_VERIFIED | undefined;
  data: PasskeyData;
}

/**
 * Verifies a new credential by WebAuthn L3 §7.1. Returns undefined if a check fails. That the credential is new is checked in
 * the transaction that stores it.
 * @param expected.isConditional the browser created it without a prompt, so the user did not touch the authenticator
 */
export async function judgeRegistration(
  credential: PasskeyRegistration,
  expected: { challenge: string; relyingParty: RelyingParty; userHandle: string; isConditional: boolean },
): Promise<NewPasskey | undefined> {
  const { challenge, relyingParty, userHandle, isConditional } = expected;
  const { clientDataJSON, transports = [] } = credential.response;
  if (isCrossOrigin(clientDataJSON)) return undefined;
  const info = await verify(credential, { challenge, relyingParty, isConditional });
  if (!info) return undefined;
  const { credential: created, userVerified, credentialDeviceType, credentialBackedUp, aaguid } = info;
  // The id that the browser reports is the one that the authenticator has signed.
  if (created.id !== credential.id || Buffer.from(created.id, 'base64url').length > MAX_ID_BYTES) return undefined;
  return {
    credentialId: created.id,
    signCount: created.counter,
    how: userVerified ? USER_VERIFIED : undefined,
    data: {
      publicKey: Buffer.from(created.publicKey).toString('base64url'),
      userHandle,
      rpId: relyingParty.id,
      transports: [...new Set(transports)].sort(),
      deviceType: credentialDeviceType,
      backedUp: credentialBackedUp,
      aaguid,
    },
  };
}

/** Runs the library's checks. It reports a failed check by an error or by `verified: false`; both deny (R8). */
async function verify(
  credential: PasskeyRegistration,
  expected: { challenge: string; relyingParty: RelyingParty; isConditional: boolean },
) {
  const { challenge, relyingParty, isConditional } = expected;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: credential as never,
      expectedChallenge: challenge,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      requireUserPresence: !isConditional,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    return verified ? registrationInfo : undefined;
  } catch {
    return undefined;
  }
}
