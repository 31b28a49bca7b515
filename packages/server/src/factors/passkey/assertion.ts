import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server';
import { isoBase64URL, isoUint8Array } from '@simplewebauthn/server/helpers';
import type { PasskeyAssertion, PasskeyRequestOptions, ProblemCode } from '@tweestap/protocol';
import type { FactorRow } from '../../store/schema.ts';
import { CHALLENGE_LIFE_MS } from './challenge.ts';
import { isCrossOrigin } from './client-data.ts';
import { type PasskeyData, USER_VERIFIED } from './factor.ts';
import type { RelyingParty } from './relying-party.ts';

/** A passkey of the store. */
export interface StoredPasskey {
  row: Pick<FactorRow, 'id' | 'account_id' | 'external_id' | 'sign_count'>;
  data: PasskeyData;
}

/** The options of a login with a passkey. Without `allowed` the user may choose any passkey of this relying party. */
export async function requestOptions(
  { id: rpID }: RelyingParty,
  challenge: string,
  allowed?: readonly StoredPasskey[],
): Promise<PasskeyRequestOptions> {
  const allowCredentials = allowed?.map(({ row, data }) => ({
    id: row.external_id ?? '',
    transports: data.transports as never,
  }));
  const options = await generateAuthenticationOptions({
    rpID,
    challenge: isoBase64URL.toBuffer(challenge),
    timeout: CHALLENGE_LIFE_MS,
    // A passkey that stands alone must verify its user. As a second factor, a security key without a PIN suffices.
    userVerification: allowed ? 'preferred' : 'required',
    ...(allowCredentials ? { allowCredentials } : {}),
  });
  // The library returns absent members as undefined.
  return JSON.parse(JSON.stringify(options)) as PasskeyRequestOptions;
}

/** What a passkey has to satisfy. */
export interface AssertionQuestion {
  passkey: StoredPasskey;
  challenge: string;
  relyingParty: RelyingParty;
  /** `alone`: the passkey is the whole login. `second`: the account was known before. */
  as: 'alone' | 'second';
}

/** The verdict about an assertion. */
export type AssertionVerdict =
  | { outcome: 'accepted'; how: typeof USER_VERIFIED | undefined; signCount: number; backedUp: boolean }
  | { outcome: 'refused'; code: Extract<ProblemCode, 'wrong-passkey' | 'unverified-passkey'>; isCopied?: true };

const WRONG = { outcome: 'refused', code: 'wrong-passkey' } as const;

/**
 * Verifies an assertion by WebAuthn L3 §7.2. The library checks the steps that need only the response; those that need the
 * account follow here.
 */
export async function judgeAssertion(
  credential: PasskeyAssertion,
  { passkey, challenge, relyingParty, as }: AssertionQuestion,
): Promise<AssertionVerdict> {
  const { row, data } = passkey;
  // Step 5: the credential is one of those that were allowed.
  if (credential.id !== row.external_id) return WRONG;
  // Step 6: the user handle names the owner. It is required where the account was not known before.
  const { userHandle } = credential.response;
  if (userHandle === undefined ? as === 'alone' : userHandle !== data.userHandle) return WRONG;
  // Step 11: this server is used in no frame of another origin.
  if (isCrossOrigin(credential.response.clientDataJSON)) return WRONG;
  const verified = await verify(credential, { publicKey: data.publicKey, challenge, relyingParty });
  if (!verified) return WRONG;
  const { userVerified, newCounter, credentialDeviceType, credentialBackedUp } = verified;
  // Step 17 of §7.2: a passkey that stands alone must have verified its user.
  if (as === 'alone' && !userVerified) return { outcome: 'refused', code: 'unverified-passkey' };
  // Step 19: the backup eligibility never changes.
  if (credentialDeviceType !== data.deviceType) return WRONG;
  // Step 22: a counter that does not rise is a sign of a copied authenticator.
  const isCounted = newCounter > 0 || row.sign_count > 0;
  if (isCounted && newCounter <= row.sign_count) return { ...WRONG, isCopied: true };
  return {
    outcome: 'accepted',
    how: userVerified ? USER_VERIFIED : undefined,
    signCount: newCounter,
    backedUp: credentialBackedUp,
  };
}

/** Runs the library's checks. It reports a failed check by an error or by `verified: false`; both deny (R8). */
async function verify(
  credential: PasskeyAssertion,
  { publicKey, challenge, relyingParty }: { publicKey: string; challenge: string; relyingParty: RelyingParty },
) {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: credential as never,
      expectedChallenge: challenge,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      // The counter is compared by `judgeAssertion`, which distinguishes a copy from a wrong signature.
      credential: { id: credential.id, publicKey: isoUint8Array.fromHex(hexOf(publicKey)), counter: 0 },
      requireUserVerification: false,
    });
    return verified ? authenticationInfo : undefined;
  } catch {
    return undefined;
  }
}

function hexOf(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('hex');
}
