import { z } from 'zod';
import { acrValues, amrValues } from './constants.ts';
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
      createdAt: Instant,
      lastUsedAt: Instant.optional(),
    }),
  ),
  recoveryCodesLeft: z.int(),
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
  enrolment: z.strictObject({ state: z.enum(['on', 'off']) }),
});
export type Account = z.infer<typeof Account>;

/** Body of `PATCH /account`. */
export const AccountChange = z.strictObject({ rememberFor: Duration });
/** Body of `PATCH /account/factors/{id}`. */
export const FactorChange = z.strictObject({ name: GivenName });
