import { z } from 'zod';
import { Actions, Password } from '../values/schemas.ts';
import { back, extend, later, submit } from './define.ts';

/** The user enters the password again before a change to the protection of the account. */
export const confirmPassword = {
  step: z.strictObject({
    type: z.literal('confirm-password'),
    actions: Actions,
    /** The username of the account, for password managers. */
    username: z.string(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('confirm-password'), password: Password }),
    later: later('confirm-password'),
    back: back('confirm-password'),
    extend: extend('confirm-password'),
  },
};
