import { z } from 'zod';
import { actions as actionNames, durations, methods as methodNames, setUpMethods } from './constants.ts';

/** An instant in UTC, RFC 3339. */
export const Instant = z.iso.datetime();

/** The id of an organisation: a slug of 1 to 64 characters, as in URLs and in the attribute `organisation`. */
export const OrganisationId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens');

/** A username or an email address as typed, of 1 to 256 characters; the server derives the key that it compares. */
export const Username = z.string().min(1).max(256);

/** A password as typed, of 1 to 1024 characters of any kind, never truncated (NIST SP 800-63B-4 §3.1.1.2). */
export const Password = z.string().min(1).max(1024);

/** A code as typed, of 1 to 64 characters; the server removes spaces and hyphens. */
export const TypedCode = z.string().min(1).max(64);

/** A phone number as typed, of 1 to 40 characters; the server validates and normalises it. */
export const TypedPhoneNumber = z.string().min(1).max(40);

/** The name that a user gives to an authenticator or a device, of 1 to 60 characters. */
export const GivenName = z.string().min(1).max(60);

/** A method that proves a second factor. */
export const Method = z.enum(methodNames);
/** A method that a user can enroll. */
export const SetUpMethod = z.enum(setUpMethods);
/** How long a device is remembered. */
export const Duration = z.enum(durations);

/** A method that the user can switch to. */
export const MethodChoice = z.strictObject({
  method: Method,
  /** The masked phone number or email address that a code is sent to. It is given only after a correct password. */
  to: z.string().optional(),
});
/** A method that the user can switch to. */
export type MethodChoice = z.infer<typeof MethodChoice>;

/** The offer to remember the device. */
export const RememberOffer = z.strictObject({
  /** How long the device is remembered when the user accepts the offer. */
  for: Duration,
});

/** The actions that are allowed at the step now. */
export const Actions = z.array(z.enum(actionNames));

/** The user of an account, as shown to that user. */
export const User = z.strictObject({
  /** The id of the account. */
  id: z.string(),
  /** The organisation of the account. */
  organisation: OrganisationId,
  /** The username as it was registered. */
  username: z.string(),
  /** The name to show; absent if the directory has none. */
  name: z.string().optional(),
  /** The portal's own id of the user, in a session of a user of the portal. */
  externalId: z.string().optional(),
});
/** The user of an account, as shown to that user. */
export type User = z.infer<typeof User>;

/** A short text written by the organisation, with a link to its instructions. */
export const Help = z.strictObject({ text: z.string(), url: z.url().optional() });

/** A coordinate or a key of 32 bytes, in base64url without padding. */
const Bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url');
const keyNames = { kid: z.string().min(1).max(128).optional(), use: z.literal('sig').optional() };

/** A public key as a JWK (RFC 7517): P-256 for ES256, or Ed25519 for EdDSA. A private key is refused. */
export const PublicKey = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: Bytes32,
    y: Bytes32,
    alg: z.literal('ES256').optional(),
    ...keyNames,
  }),
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: Bytes32,
    alg: z.literal('EdDSA').optional(),
    ...keyNames,
  }),
]);
/** A public key as a JWK. */
export type PublicKey = z.infer<typeof PublicKey>;

/** The id of a client in the policy of an organisation. */
export const ClientId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens');

/** A nonce of a portal's server: 16 to 256 characters of base64, base64url or hex, with at least 128 random bits. */
export const Nonce = z
  .string()
  .min(16)
  .max(256)
  .regex(/^[A-Za-z0-9._~+/=-]+$/, 'letters, digits and . _ ~ + / = -');

/** A signed JWT in the compact form (RFC 7515 §3.1). */
export const SignedJwt = z
  .string()
  .max(4096)
  .regex(/^[\w-]+\.[\w-]*\.[\w-]*$/, 'a signed JWT');
