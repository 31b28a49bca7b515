import { z } from 'zod';
import { Actions, OrganisationId } from '../values/schemas.ts';
import { extend, submit } from './define.ts';

/** The user chooses an organisation. */
export const organisation = {
  step: z.strictObject({
    type: z.literal('organisation'),
    actions: Actions,
    /** All organisations, if there are few. */
    organisations: z.array(z.strictObject({ id: OrganisationId, name: z.string() })).optional(),
    /** Whether there are more, which `GET /organisations?q=` finds. */
    search: z.boolean(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('organisation'), organisation: OrganisationId }),
    extend: extend('organisation'),
  },
};
