import { z } from 'zod';
import { Actions, SetUpMethod } from '../values.ts';
import { back, extend, later, submit } from './define.ts';

/** Which second factor to set up, where there is a choice or the organisation has something to say about it. */
export const enrollMethod = {
  step: z.strictObject({
    type: z.literal('enroll-method'),
    actions: Actions,
    methods: z
      .array(
        z.strictObject({
          method: SetUpMethod,
          /** The one that the organisation recommends. */
          recommended: z.boolean().optional(),
          /** The organisation's own words: why, or what it costs. */
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
