import { z } from 'zod';
import { Actions, Password } from '../values.ts';
import { back, extend, later, submit } from './define.ts';

/** The password once more, before something that changes how the account is protected. */
export const confirmPassword = {
  step: z.strictObject({
    type: z.literal('confirm-password'),
    actions: Actions,
    username: z.string(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('confirm-password'), password: Password }),
    later: later('confirm-password'),
    back: back('confirm-password'),
    extend: extend('confirm-password'),
  },
};
