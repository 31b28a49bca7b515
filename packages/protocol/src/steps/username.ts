import { z } from 'zod';
import { PasskeyAssertion, PasskeyRequestOptions } from '../values/passkeys.ts';
import { Actions, Username } from '../values/schemas.ts';
import { back, extend, submit } from './define.ts';

/** The user enters the username. The response is the same whether the account exists or not. */
export const username = {
  step: z.strictObject({
    type: z.literal('username'),
    actions: Actions,
    /** Whether users log in with a username or an email address. */
    format: z.enum(['username', 'email']),
    /** The options for a login with a passkey instead of username and password; absent where the organisation has no passkeys. */
    passkey: PasskeyRequestOptions.optional(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('username'), username: Username }),
    /** A passkey with user verification is a whole login. */
    passkey: z.strictObject({
      step: z.literal('username'),
      action: z.literal('passkey'),
      credential: PasskeyAssertion,
    }),
    back: back('username'),
    extend: extend('username'),
  },
};
