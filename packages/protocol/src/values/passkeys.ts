import { z } from 'zod';

/*
 * The JSON forms of WebAuthn Level 3 §5.1.8 to §5.1.10. The server sends options, and the browser returns a credential.
 */

/** Bytes as base64url without padding. */
const Bytes = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\w-]+$/, 'base64url without padding');

/** The id of a credential, at most 1023 bytes (WebAuthn L3 §7.1 step 25). */
const CredentialId = Bytes(1364);
/** How the browser reaches the authenticator, such as `internal`, `usb` or `hybrid`. */
const Transports = z.array(z.string().min(1).max(32)).max(10);

const Descriptor = z.strictObject({ id: z.string(), type: z.literal('public-key'), transports: Transports.optional() });
const UserVerification = z.enum(['required', 'preferred', 'discouraged']);
const Extensions = z.record(z.string(), z.unknown());

/** The options of a login with a passkey (`PublicKeyCredentialRequestOptionsJSON`). */
export const PasskeyRequestOptions = z.strictObject({
  /** At least 16 random bytes, base64url (R23). */
  challenge: z.string(),
  /** Milliseconds. */
  timeout: z.int(),
  rpId: z.string(),
  /** The passkeys of the account. Absent where the account is not known, so there is nothing to enumerate (R56). */
  allowCredentials: z.array(Descriptor).optional(),
  userVerification: UserVerification,
  extensions: Extensions.optional(),
});

/** The options of a new passkey (`PublicKeyCredentialCreationOptionsJSON`). */
export const PasskeyCreationOptions = z.strictObject({
  challenge: z.string(),
  rp: z.strictObject({ id: z.string(), name: z.string() }),
  /** `id`: 64 random bytes, base64url, the same for all passkeys of an account. */
  user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  /** The COSE algorithms that the server verifies. */
  pubKeyCredParams: z.array(z.strictObject({ alg: z.int(), type: z.literal('public-key') })),
  timeout: z.int(),
  /** The passkeys that the account has already. */
  excludeCredentials: z.array(Descriptor),
  authenticatorSelection: z.strictObject({
    residentKey: z.enum(['required', 'preferred', 'discouraged']),
    requireResidentKey: z.boolean(),
    userVerification: UserVerification,
  }),
  attestation: z.literal('none'),
  extensions: Extensions.optional(),
  hints: z.array(z.string()).optional(),
});

const credential = {
  id: CredentialId,
  rawId: CredentialId,
  type: z.string().max(32),
  authenticatorAttachment: z.string().max(32).optional(),
  clientExtensionResults: z.record(z.string().max(64), z.unknown()).default({}),
};

/** A credential that logs the user in (`AuthenticationResponseJSON`). The server verifies everything in it. */
export const PasskeyAssertion = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: Bytes(4096),
    authenticatorData: Bytes(4096),
    signature: Bytes(8192),
    userHandle: z.string().max(128).optional(),
  }),
});

/** A new credential (`RegistrationResponseJSON`). Only `clientDataJSON`, `attestationObject` and `transports` are used. */
export const PasskeyRegistration = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: Bytes(4096),
    attestationObject: Bytes(10_000),
    transports: Transports.optional(),
    authenticatorData: z.string().max(4096).optional(),
    publicKey: z.string().max(4096).optional(),
    publicKeyAlgorithm: z.int().optional(),
  }),
});

/** A credential that logs the user in. */
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;
/** A new credential. */
export type PasskeyRegistration = z.infer<typeof PasskeyRegistration>;
/** The options of a login with a passkey. */
export type PasskeyRequestOptions = z.infer<typeof PasskeyRequestOptions>;
/** The options of a new passkey. */
export type PasskeyCreationOptions = z.infer<typeof PasskeyCreationOptions>;
