import { z } from 'zod';
import { acrValues, amrValues } from '../constants.ts';
import { Actions, OrganisationId, User } from '../values.ts';

const loggedIn = z.strictObject({
  type: z.literal('done'),
  actions: Actions,
  user: User,
  amr: z.array(z.enum(amrValues)),
  acr: z.enum(acrValues),
  /** How many recovery codes are unused, where there are any. */
  recoveryCodesLeft: z.int().optional(),
  /** Where to go on, when it is on the organisation's list. */
  returnTo: z.url().optional(),
});

/** A mailed link alone never makes a session (D9): what comes next is the login, with this name. */
const loginNext = z.strictObject({
  type: z.literal('done'),
  actions: Actions,
  next: z.literal('login'),
  organisation: OrganisationId,
  username: z.string(),
});

/** The end of a flow. */
export const done = { step: z.union([loggedIn, loginNext]), inputs: {} };
