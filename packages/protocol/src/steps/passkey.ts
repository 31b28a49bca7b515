import { z } from 'zod';
import { PasskeyAssertion, PasskeyRequestOptions } from '../values/passkeys.ts';
import { Actions, MethodChoice, RememberOffer } from '../values/schemas.ts';
import { back, extend, submit, switchTo } from './define.ts';

/** The user proves a passkey as the second factor (WebAuthn L3 §7.2). */
export const passkey = {
  step: z.strictObject({
    type: z.literal('passkey'),
    actions: Actions,
    /** The options for `navigator.credentials.get`. */
    options: PasskeyRequestOptions,
    /** Present if the device can be remembered. */
    remember: RememberOffer.optional(),
    /** The methods that the user can switch to. */
    methods: z.array(MethodChoice),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('passkey'), credential: PasskeyAssertion, remember: z.boolean().optional() }),
    switch: switchTo('passkey'),
    back: back('passkey'),
    extend: extend('passkey'),
  },
};
