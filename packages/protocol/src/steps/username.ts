import { z } from 'zod';
import { Actions, Username } from '../values.ts';
import { back, extend, submit } from './define.ts';

/** Who is logging in. The answer is the same whether the account exists or not. */
export const username = {
  step: z.strictObject({
    type: z.literal('username'),
    actions: Actions,
    format: z.enum(['username', 'email']),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('username'), username: Username }),
    back: back('username'),
    extend: extend('username'),
  },
};
