import { z } from 'zod';
import { Actions } from '../values.ts';
import { back, extend } from './define.ts';

/** A mail is on its way, if there is an account that it belongs to. The way on is its link. */
export const mailSent = {
  step: z.strictObject({
    type: z.literal('mail-sent'),
    actions: Actions,
    /** As it was typed: it does not tell what the account has. */
    to: z.string(),
  }),
  inputs: {
    back: back('mail-sent'),
    extend: extend('mail-sent'),
  },
};
