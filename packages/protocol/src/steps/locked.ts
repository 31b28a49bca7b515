import { z } from 'zod';
import { unlockWays } from '../constants.ts';
import { Actions, Instant } from '../values.ts';
import { back, extend, poll } from './define.ts';

/** Too many attempts. The ways are the organisation's own and tell nothing about the account. */
export const locked = {
  step: z.strictObject({
    type: z.literal('locked'),
    actions: Actions,
    /** When waiting ends. */
    until: Instant.optional(),
    ways: z.array(z.enum(unlockWays)),
    /** A link to go on with was sent, if there is an account that it belongs to. */
    mailed: z.literal(true).optional(),
  }),
  inputs: {
    poll: poll('locked'),
    /** `mail`: asks for a link; with one, lifts the lock. */
    unlock: z.strictObject({ step: z.literal('locked'), action: z.literal('unlock'), way: z.enum(['mail']) }),
    back: back('locked'),
    extend: extend('locked'),
  },
};
