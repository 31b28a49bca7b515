import { z } from 'zod';
import { Actions, OrganisationId, Username } from '../values.ts';
import { back, extend, submit } from './define.ts';

/** Who a mail is to be sent to. The answer is the same whether there is such an account or not. */
export const identify = {
  step: z.strictObject({
    type: z.literal('identify'),
    actions: Actions,
    /** What is asked; the address alone where people log in with it. */
    fields: z.array(z.enum(['username', 'email'])).min(1),
  }),
  inputs: {
    submit: z.strictObject({
      ...submit('identify'),
      /** May be left out; else the one of the flow. */
      organisation: OrganisationId.optional(),
      username: Username.optional(),
      email: Username,
    }),
    back: back('identify'),
    extend: extend('identify'),
  },
};
