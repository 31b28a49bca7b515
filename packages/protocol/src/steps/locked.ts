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
  }),
  inputs: {
    poll: poll('locked'),
    back: back('locked'),
    extend: extend('locked'),
  },
};
