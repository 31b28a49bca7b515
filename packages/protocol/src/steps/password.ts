import { z } from 'zod';
import { Actions, Password } from '../values.ts';
import { back, extend, submit } from './define.ts';

/** The password of the account, NIST SP 800-63B-4 §3.1.1. */
export const password = {
  step: z.strictObject({
    type: z.literal('password'),
    actions: Actions,
    /** As it was typed. */
    username: z.string(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('password'), password: Password }),
    back: back('password'),
    extend: extend('password'),
  },
};
