import { z } from 'zod';
import { Actions, MethodChoice, RememberOffer, TypedCode } from '../values/schemas.ts';
import { back, extend, resend, sentCode, submit, switchTo } from './define.ts';

/** The user enters the code that was sent to their phone as a text message. */
export const sms = {
  step: z.strictObject({
    type: z.literal('sms'),
    actions: Actions,
    ...sentCode,
    /** Present if the device can be remembered. */
    remember: RememberOffer.optional(),
    /** The methods that the user can switch to. */
    methods: z.array(MethodChoice),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('sms'), code: TypedCode, remember: z.boolean().optional() }),
    resend: resend('sms'),
    switch: switchTo('sms'),
    back: back('sms'),
    extend: extend('sms'),
  },
};
