import { z } from 'zod';
import { Actions, OrganisationId, TypedCode, Username } from '../values/schemas.ts';
import { back, extend, submit } from './define.ts';

/**
 * The user names the account that an email is sent to. With the kind `reset` and no link, the user names the account and
 * enters the code for a new password from the help desk. The response is the same whether the account exists or not.
 */
export const identify = {
  step: z.strictObject({
    type: z.literal('identify'),
    actions: Actions,
    /** The fields to show. For an email, it is only the address if users log in with their address. */
    fields: z.array(z.enum(['username', 'email', 'code'])).min(1),
    /** With the field `code`: whether users log in with a username or an email address. */
    format: z.enum(['username', 'email']).optional(),
  }),
  inputs: {
    submit: z
      .strictObject({
        ...submit('identify'),
        /** Default: the organisation of the flow. */
        organisation: OrganisationId.optional(),
        username: Username.optional(),
        email: Username.optional(),
        /** `XXXX-XXXX-XXXX-XXXX`, in upper or lower case, with or without hyphens. */
        code: TypedCode.optional(),
      })
      .refine(({ email, code }) => (email === undefined) !== (code === undefined), {
        path: ['email'],
        message: 'either an email, or a username and a code',
      }),
    back: back('identify'),
    extend: extend('identify'),
  },
};
