import { z } from 'zod';
import { accountEvents, acrValues, amrValues, kinds } from '../values/constants.ts';
import {
  ClientId,
  Duration,
  GivenName,
  Instant,
  Method,
  PublicKey,
  SetUpMethod,
  SignedJwt,
  User,
} from '../values/schemas.ts';

/** The session of a login: `session` in the response of `GET /session`. */
export const Session = z.strictObject({
  /** The user who is logged in. */
  user: User,
  /** How the user was authenticated (RFC 8176). */
  amr: z.array(z.enum(amrValues)),
  /** The assurance level that was reached. */
  acr: z.enum(acrValues),
  /** When the user logged in. */
  authTime: Instant,
  /** When a second factor was last verified. A remembered device does not change it (D1). */
  factorTime: Instant.optional(),
  /** Whether the second factor was a recovery code. */
  recovery: z.boolean(),
  /** When the session ends at the latest. */
  expiresAt: Instant,
  /** The client that authenticated itself at the login (R94). Only that client may accept the session. */
  client: ClientId.optional(),
});
/** The session of a login. */
export type Session = z.infer<typeof Session>;

/** An installation of a client, with a key of its own (R94). */
export const Installation = z.strictObject({
  id: z.string(),
  /** The id of the client. */
  client: ClientId,
  name: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.optional(),
});
/** An installation of a client. */
export type Installation = z.infer<typeof Installation>;

/** Body of `POST /clients/{id}/installations`. */
export const NewInstallation = z.strictObject({
  /** The public key that the installation made. The private key never leaves it. */
  publicKey: PublicKey,
  /**
   * The proof that the installation has the private key: a JWT that it signed, with the client as `iss`, the id of the
   * account as `sub`, and otherwise the claims of a client assertion.
   */
  proof: SignedJwt,
  /** The name in the settings. Default: the name of the client. */
  name: GivenName.optional(),
});
/** Response of `POST /clients/{id}/installations`. */
export const InstallationAnswer = z.strictObject({ installation: Installation });

/** Response of `GET /account`, `PATCH /account` and `PATCH /account/factors/{id}`: the current account. */
export const Account = z.strictObject({
  /** The user of the account. */
  user: User,
  /** The enrolled factors, without recovery codes. */
  factors: z.array(
    z.strictObject({
      id: z.string(),
      method: Method,
      name: z.string(),
      /** The masked phone number or email address that a code is sent to. */
      to: z.string().optional(),
      /** With a passkey: whether it is synced between the user's devices. */
      synced: z.boolean().optional(),
      createdAt: Instant,
      lastUsedAt: Instant.optional(),
      /** Whether the user can remove it. Where the organisation requires a second factor, the last one stays. */
      removable: z.boolean(),
    }),
  ),
  /** The number of unused recovery codes. */
  recoveryCodesLeft: z.int(),
  /** Whether so few codes are left that the user should make new ones (R35). */
  recoveryCodesLow: z.boolean(),
  /** How long a device is remembered. */
  rememberFor: Duration,
  /** The durations that the policy allows. */
  rememberChoices: z.array(Duration),
  /** The remembered devices. */
  devices: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      lastUsedAt: Instant,
      expiresAt: Instant,
      /** Whether it is the browser that sent the request. */
      current: z.boolean(),
    }),
  ),
  /** The installations of clients that the user registered (R94). */
  installations: z.array(Installation),
  /** Whether the account has a second factor, and when one becomes mandatory. */
  enrolment: z.strictObject({
    state: z.enum(['on', 'off']),
    /** From this instant, all users of the organisation need a second factor to log in. */
    deadline: Instant.optional(),
  }),
  /** The number of sessions of the account in other browsers. */
  otherSessions: z.int(),
  /** The passkeys of the account, for the Signal API of browsers; absent if there never was one. */
  passkeys: z
    .strictObject({
      rpId: z.string(),
      /** The user handle, base64url. */
      userId: z.string(),
      /** The credentials that are accepted, base64url. */
      credentialIds: z.array(z.string()),
    })
    .optional(),
  /** `one`: a new authenticator replaces the previous one (D4). */
  authenticators: z.enum(['many', 'one']),
  /** The methods that the organisation lets its users enroll. */
  setUpMethods: z.array(SetUpMethod),
  /** The kinds of flow that the user can start from the settings page now. */
  flows: z.array(z.enum(kinds)),
});
/** The current account, as the settings page shows it. */
export type Account = z.infer<typeof Account>;

/** Body of `PATCH /account`. */
export const AccountChange = z.strictObject({ rememberFor: Duration });
/** Body of `PATCH /account/factors/{id}`. */
export const FactorChange = z.strictObject({ name: GivenName });
/** Body of `POST /account/events/{id}`. */
export const EventReport = z.strictObject({ report: z.literal('not-me') });

/** Response of `GET /account/events`: the recent events of the account, newest first. */
export const AccountEventsAnswer = z.strictObject({
  events: z.array(
    z.strictObject({
      /** The id of the audit entry. Two events share an id if they come from the same entry. */
      id: z.string(),
      at: Instant,
      event: z.enum(accountEvents),
      /** With `login`: the method of the second factor, absent if none was proven. */
      method: Method.optional(),
      /** The address of the client; an IPv6 address is shown as its /64. */
      address: z.string().optional(),
    }),
  ),
});
/** One event of an account. */
export type AccountEvent = z.infer<typeof AccountEventsAnswer>['events'][number];
