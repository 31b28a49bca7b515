import { z } from 'zod';
import { acrValues, amrValues } from '../values/constants.ts';
import { Actions, OrganisationId, User } from '../values/schemas.ts';

/** The end of a flow with a session. */
const loggedIn = z.strictObject({
  type: z.literal('done'),
  actions: Actions,
  user: User,
  amr: z.array(z.enum(amrValues)),
  acr: z.enum(acrValues),
  /** The number of unused recovery codes, absent if the account has no recovery codes. */
  recoveryCodesLeft: z.int().optional(),
  /** The URL to open next; its origin is on the organisation's allow-list. */
  returnTo: z.url().optional(),
  /**
   * Only in the response that ends a flow with a `nonce`: a JWT for the portal's server, valid for 120 seconds and once. Its
   * keys are at `/.well-known/jwks.json`.
   */
  assertion: z.string().optional(),
});

/** The end of a flow without a session, since a mailed link alone never makes one (D9). The user logs in next. */
const loginNext = z.strictObject({
  type: z.literal('done'),
  actions: Actions,
  next: z.literal('login'),
  organisation: OrganisationId,
  username: z.string(),
});

/** The end of a flow. */
export const done = { step: z.union([loggedIn, loginNext]), inputs: {} };
