import { z } from 'zod';
import { Actions } from '../values/schemas.ts';
import { back, extend } from './define.ts';

/** An email was sent if the account exists. The user continues with the link in it. */
export const mailSent = {
  step: z.strictObject({
    type: z.literal('mail-sent'),
    actions: Actions,
    /** The address as typed, which reveals nothing about the account. */
    to: z.string(),
  }),
  inputs: {
    back: back('mail-sent'),
    extend: extend('mail-sent'),
  },
};
