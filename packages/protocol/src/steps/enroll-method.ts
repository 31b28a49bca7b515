import { z } from 'zod';
import { Actions, SetUpMethod } from '../values/schemas.ts';
import { back, extend, later, submit } from './define.ts';

/** The user chooses a factor to enroll. The step is shown if there are several methods or the organisation has a note. */
export const enrollMethod = {
  step: z.strictObject({
    type: z.literal('enroll-method'),
    actions: Actions,
    /** The methods to choose from. */
    methods: z
      .array(
        z.strictObject({
          method: SetUpMethod,
          /** Whether the organisation recommends the method. */
          recommended: z.boolean().optional(),
          /** The organisation's note about the method, such as a reason or a cost. */
          note: z.string().optional(),
        }),
      )
      .min(1),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('enroll-method'), method: SetUpMethod }),
    later: later('enroll-method'),
    back: back('enroll-method'),
    extend: extend('enroll-method'),
  },
};
