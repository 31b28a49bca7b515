import { z } from 'zod';
import { acrValues, amrValues } from '../constants.ts';
import { Actions, User } from '../values.ts';

/** The end of a flow. */
export const done = {
  step: z.strictObject({
    type: z.literal('done'),
    actions: Actions,
    user: User,
    amr: z.array(z.enum(amrValues)),
    acr: z.enum(acrValues),
    /** How many recovery codes are unused, where there are any. */
    recoveryCodesLeft: z.int().optional(),
    /** Where to go on, when it is on the organisation's list. */
    returnTo: z.url().optional(),
  }),
  inputs: {},
};
