import { z } from 'zod';
import { Actions, Method, MethodChoice } from '../values.ts';
import { back, extend, submit } from './define.ts';

/** Which second factor to use, where there is more than one. */
export const chooseMethod = {
  step: z.strictObject({
    type: z.literal('choose-method'),
    actions: Actions,
    methods: z.array(MethodChoice).min(1),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('choose-method'), method: Method }),
    back: back('choose-method'),
    extend: extend('choose-method'),
  },
};
