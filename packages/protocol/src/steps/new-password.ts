import { z } from 'zod';
import { Actions, Password } from '../values/schemas.ts';
import { back, extend, submit } from './define.ts';

/** The user chooses a new password (D10). The problem `weak-password` gives the reason for a refusal. */
export const newPassword = {
  step: z.strictObject({
    type: z.literal('new-password'),
    actions: Actions,
    /** The username of the account, for password managers. The password must not contain it. */
    username: z.string(),
    /** The minimum length in Unicode code points. */
    minLength: z.int(),
    /** The maximum length in Unicode code points. */
    maxLength: z.int(),
    /** Whether the user can keep the current password. */
    mayReuse: z.boolean(),
    /**
     * Why a login asks for a new password: the old one has expired (D13), or an event was reported as not done by the
     * user. Absent in all other flows.
     */
    reason: z.enum(['expired', 'not-me']).optional(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('new-password'), password: Password }),
    back: back('new-password'),
    extend: extend('new-password'),
  },
};
