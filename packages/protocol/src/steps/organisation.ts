import { z } from 'zod';
import { Actions, OrganisationId } from '../values.ts';
import { extend, submit } from './define.ts';

/** Which organisation the person belongs to. */
export const organisation = {
  step: z.strictObject({
    type: z.literal('organisation'),
    actions: Actions,
    /** All of them, when they are few. */
    organisations: z.array(z.strictObject({ id: OrganisationId, name: z.string() })).optional(),
    /** Whether there are more, to be found by `GET /organisations?q=`. */
    search: z.boolean(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('organisation'), organisation: OrganisationId }),
    extend: extend('organisation'),
  },
};
