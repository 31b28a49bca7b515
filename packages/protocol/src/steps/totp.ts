import { z } from 'zod';
import { Actions, MethodChoice, RememberOffer, TypedCode } from '../values/schemas.ts';
import { back, extend, submit, switchTo } from './define.ts';

/** The user enters the code of an authenticator app (RFC 6238). */
export const totp = {
  step: z.strictObject({
    type: z.literal('totp'),
    actions: Actions,
    /** The number of digits of a code. */
    digits: z.int(),
    /** The length of a time step in seconds. */
    period: z.int(),
    /** Present if the device can be remembered. */
    remember: RememberOffer.optional(),
    /** The methods that the user can switch to. */
    methods: z.array(MethodChoice),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('totp'), code: TypedCode, remember: z.boolean().optional() }),
    switch: switchTo('totp'),
    back: back('totp'),
    extend: extend('totp'),
  },
};
