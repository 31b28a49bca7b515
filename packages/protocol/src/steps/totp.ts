import { z } from 'zod';
import { Actions, MethodChoice, RememberOffer, TypedCode } from '../values.ts';
import { back, extend, submit, switchTo } from './define.ts';

/** The code of an authenticator app, RFC 6238. */
export const totp = {
  step: z.strictObject({
    type: z.literal('totp'),
    actions: Actions,
    /** How many digits a code has. */
    digits: z.int(),
    /** Seconds that a code is shown for. */
    period: z.int(),
    /** Present when the device may be remembered. */
    remember: RememberOffer.optional(),
    methods: z.array(MethodChoice),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('totp'), code: TypedCode, remember: z.boolean().optional() }),
    switch: switchTo('totp'),
    back: back('totp'),
    extend: extend('totp'),
  },
};
