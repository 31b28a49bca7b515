import { z } from 'zod';
import { Actions, MethodChoice, TypedCode } from '../values/schemas.ts';
import { back, extend, resend, sentCode, submit, switchTo } from './define.ts';

/** The user enters the code that was sent to their confirmed email address. It never reaches more than `aal1` (D14). */
export const email = {
  step: z.strictObject({
    type: z.literal('email'),
    actions: Actions,
    ...sentCode,
    /** The methods that the user can switch to. */
    methods: z.array(MethodChoice),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('email'), code: TypedCode }),
    resend: resend('email'),
    switch: switchTo('email'),
    back: back('email'),
    extend: extend('email'),
  },
};
