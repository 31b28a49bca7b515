import { z } from 'zod';
import { Actions, Password } from '../values.ts';
import { extend, submit } from './define.ts';

/** A password of one's own choice (D10); `weak-password` says why one can't be taken. */
export const newPassword = {
  step: z.strictObject({
    type: z.literal('new-password'),
    actions: Actions,
    /** Whose password it becomes: for password managers, and since it may not be part of it. */
    username: z.string(),
    /** In characters (Unicode code points). */
    minLength: z.int(),
    maxLength: z.int(),
    /** Whether the password that was may be kept. */
    mayReuse: z.boolean(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('new-password'), password: Password }),
    extend: extend('new-password'),
  },
};
