import { z } from 'zod';
import { accountEvents, acrValues, amrValues, kinds } from './constants.ts';
import { Duration, GivenName, Instant, Method, User } from './values.ts';

/** A login, as its holder sees it: `session` in the answer of `GET /session`. */
export const Session = z.strictObject({
  user: User,
  amr: z.array(z.enum(amrValues)),
  acr: z.enum(acrValues),
  /** When the person logged in. */
  authTime: Instant,
  /** When a second factor was last really verified, also where a remembered device stood in for it (D1). */
  factorTime: Instant.optional(),
  /** Whether a recovery code was the second factor. */
  recovery: z.boolean(),
  /** The latest that the session ends, whatever happens. */
  expiresAt: Instant,
});
export type Session = z.infer<typeof Session>;

/** Answer of `GET /account`, and of the two PATCH below it: the account as it is then. */
export const Account = z.strictObject({
  user: User,
  factors: z.array(
    z.strictObject({
      id: z.string(),
      method: Method,
      name: z.string(),
      /** Where a code goes, masked: a phone number or an address. */
      to: z.string().optional(),
      createdAt: Instant,
      lastUsedAt: Instant.optional(),
      /** Whether it may be taken away: the last one stays where the organisation asks for a second factor. */
      removable: z.boolean(),
    }),
  ),
  recoveryCodesLeft: z.int(),
  /** So few are left that it is time to make new ones (R35). */
  recoveryCodesLow: z.boolean(),
  rememberFor: Duration,
  rememberChoices: z.array(Duration),
  devices: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      lastUsedAt: Instant,
      expiresAt: Instant,
      current: z.boolean(),
    }),
  ),
  enrolment: z.strictObject({
    state: z.enum(['on', 'off']),
    /** From this moment on nobody of the organisation gets in without a second factor. */
    deadline: Instant.optional(),
  }),
  /** Sessions of the account in other browsers. */
  otherSessions: z.int(),
  /** `one`: a new authenticator takes the place of the one before (D4). */
  authenticators: z.enum(['many', 'one']),
  /** The kinds of flow that the person may begin from here now. */
  flows: z.array(z.enum(kinds)),
});
export type Account = z.infer<typeof Account>;

/** Body of `PATCH /account`. */
export const AccountChange = z.strictObject({ rememberFor: Duration });
/** Body of `PATCH /account/factors/{id}`. */
export const FactorChange = z.strictObject({ name: GivenName });
/** Body of `POST /account/events/{id}`. */
export const EventReport = z.strictObject({ report: z.literal('not-me') });

/** Answer of `GET /account/events`: what happened to the account lately, newest first. */
export const AccountEventsAnswer = z.strictObject({
  events: z.array(
    z.strictObject({
      /** Of the audit's entry; one that tells of two things stands twice. */
      id: z.string(),
      at: Instant,
      event: z.enum(accountEvents),
      /** `login`: the second factor; absent where none was proven. */
      method: Method.optional(),
      /** Where it came from, as the server saw it: IPv6 as its /64. */
      address: z.string().optional(),
    }),
  ),
});
export type AccountEvent = z.infer<typeof AccountEventsAnswer>['events'][number];
