import { z } from 'zod';
import { Actions, Method, MethodChoice } from '../values/schemas.ts';
import { back, extend, submit } from './define.ts';

/** The user chooses a second factor, if the account has several. */
export const chooseMethod = {
  step: z.strictObject({
    type: z.literal('choose-method'),
    actions: Actions,
    /** The methods to choose from. */
    methods: z.array(MethodChoice).min(1),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('choose-method'), method: Method }),
    back: back('choose-method'),
    extend: extend('choose-method'),
  },
};
