import { z } from 'zod';
import { Actions, OrganisationId, TypedCode, Username } from '../values.ts';
import { back, extend, submit } from './define.ts';

/**
 * The account that a mail is to be sent to, or (kind `reset` without a link) the account and the help desk's code for a
 * new password. The answer is the same whether there is such an account or not.
 */
export const identify = {
  step: z.strictObject({
    type: z.literal('identify'),
    actions: Actions,
    /** What is asked; for a mail the address alone where people log in with it. */
    fields: z.array(z.enum(['username', 'email', 'code'])).min(1),
    /** Beside `code`: what users log in with, as in the step `username`. */
    format: z.enum(['username', 'email']).optional(),
  }),
  inputs: {
    submit: z
      .strictObject({
        ...submit('identify'),
        /** May be left out; else the one of the flow. */
        organisation: OrganisationId.optional(),
        username: Username.optional(),
        email: Username.optional(),
        /** `XXXX-XXXX-XXXX-XXXX`, in any case, with or without hyphens. */
        code: TypedCode.optional(),
      })
      .refine(({ email, code }) => (email === undefined) !== (code === undefined), {
        path: ['email'],
        message: 'an email, or a username and a code',
      }),
    back: back('identify'),
    extend: extend('identify'),
  },
};
