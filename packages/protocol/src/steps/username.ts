import { z } from 'zod';
import { Actions, Username } from '../values/schemas.ts';
import { back, extend, submit } from './define.ts';

/** The user enters the username. The response is the same whether the account exists or not. */
export const username = {
  step: z.strictObject({
    type: z.literal('username'),
    actions: Actions,
    /** Whether users log in with a username or an email address. */
    format: z.enum(['username', 'email']),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('username'), username: Username }),
    back: back('username'),
    extend: extend('username'),
  },
};
