import { z } from 'zod';
import type { Keyring } from '../../crypto/keyring.ts';
import { type Codec, type Factor, isActive, openData } from '../../flow/rules/factor.ts';
import type { FactorRow } from '../../store/schema.ts';
import { authenticatorNames } from './authenticator-names.ts';
import { isPageOfPasskeys } from './relying-party.ts';

const Bytes = z.string().regex(/^[\w-]+$/);

const Data = z.strictObject({
  /** The COSE public key, base64url. */
  publicKey: Bytes,
  /** The user handle of the account's passkeys: 64 random bytes, base64url. It contains nothing about the user. */
  userHandle: Bytes,
  /** The relying party id to which the authenticator has bound the passkey. */
  rpId: z.string(),
  /** How browsers reach the authenticator. */
  transports: z.array(z.string()),
  /** `multiDevice`: the passkey may be synced (WebAuthn L3 §6.1.3, flag BE). It never changes. */
  deviceType: z.enum(['singleDevice', 'multiDevice']),
  /** Whether the passkey is backed up now (flag BS). */
  backedUp: z.boolean(),
  /** The model of the authenticator. Without attestation it is only a label. */
  aaguid: z.string(),
});

/** The data of a passkey's row. */
export type PasskeyData = z.infer<typeof Data>;

/** How a passkey was proven when the authenticator verified its user, by a PIN or biometrics. */
export const USER_VERIFIED = 'user-verified';

/** Opens the rows of passkeys. */
const passkeyCodec: Codec<PasskeyData> = { method: 'passkey', data: Data };

/**
 * The method `passkey` (WebAuthn L3). With user verification it is a whole login: something the user has, and something the
 * user knows or is. Without attestation neither `hwk` nor `swk` is proven. A signature can't be guessed, so there is no
 * lock.
 */
export const passkey: Factor = {
  method: 'passkey',
  role: 'factor',
  proveStep: 'passkey',
  enrollSteps: ['enroll-passkey'],
  amr: ({ how }) => (how === USER_VERIFIED ? ['pop', 'user'] : ['pop']),
  acr: () => 'aal2',
  standsAlone: ({ how }) => how === USER_VERIFIED,
  isOffered: true,
  worksOn: isPageOfPasskeys,
  several: true,
  usable: isActive('passkey'),
  data: Data,
  defaultName: 'Passkey',
  describe: (row, keyring) => ({ synced: openPasskey(row, keyring).backedUp }),
};

/** The data of a passkey's row. @throws SealError */
export function openPasskey(row: FactorRow, keyring: Pick<Keyring, 'open'>): PasskeyData {
  return openData(passkeyCodec, row, keyring);
}

/** The name of the provider or model of an authenticator; undefined if it is unknown or anonymous. */
export function authenticatorName(aaguid: string): string | undefined {
  return Object.hasOwn(authenticatorNames, aaguid) ? authenticatorNames[aaguid] : undefined;
}
