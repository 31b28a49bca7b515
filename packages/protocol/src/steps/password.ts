import { z } from 'zod';
import { Actions, Password } from '../values/schemas.ts';
import { back, extend, submit } from './define.ts';

/** The user enters the password, NIST SP 800-63B-4 §3.1.1. */
export const password = {
  step: z.strictObject({
    type: z.literal('password'),
    actions: Actions,
    /** The username as typed. */
    username: z.string(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('password'), password: Password }),
    back: back('password'),
    extend: extend('password'),
  },
};
