import { z } from 'zod';
import { PasskeyCreationOptions, PasskeyRegistration } from '../values/passkeys.ts';
import { Actions, Help, Instant, SetUpMethod } from '../values/schemas.ts';
import { back, extend } from './define.ts';

/** The user is offered to enroll a second factor. `later` is among the actions while that is allowed (D8). */
export const enrollOffer = {
  step: z.strictObject({
    type: z.literal('enroll-offer'),
    actions: Actions,
    /**
     * `set-up`: the account has no factor. `new-phone`: the phone with the factor may be lost. `passkey`: the account has
     * another factor, and the user can log in faster with a passkey. `move`: the account gets codes by text message, which
     * another method replaces.
     */
    reason: z.enum(['set-up', 'new-phone', 'passkey', 'move']),
    /** With `move`: the method to set up instead of text messages. */
    method: SetUpMethod.optional(),
    /** With `passkey`: the options of a passkey that the browser can create without asking (`mediation: 'conditional'`). */
    options: PasskeyCreationOptions.optional(),
    /** Whether the user must enroll a factor before the login can continue. */
    mandatory: z.boolean(),
    /** When it becomes mandatory. */
    deadline: Instant.optional(),
    /** The last day on which it can be deferred, in the organisation's time zone. */
    until: z.iso.date().optional(),
    /** The number of days left after today, in the organisation's time zone; 0 on the last day. */
    daysLeft: z.int().min(0).optional(),
    /** Whether the policy allows remembered devices, which need no code at each login. */
    remembers: z.boolean(),
    /** The organisation's explanation. */
    explanation: Help.optional(),
  }),
  inputs: {
    accept: z.strictObject({ step: z.literal('enroll-offer'), action: z.literal('accept') }),
    /**
     * Defers the enrolment (D8). With `unsupported`, the browser can't do what is offered, so the user was not asked and
     * is asked again in another browser.
     */
    later: z.strictObject({
      step: z.literal('enroll-offer'),
      action: z.literal('later'),
      unsupported: z.boolean().optional(),
    }),
    /** A passkey that the browser created without asking. */
    passkey: z.strictObject({
      step: z.literal('enroll-offer'),
      action: z.literal('passkey'),
      credential: PasskeyRegistration,
    }),
    back: back('enroll-offer'),
    extend: extend('enroll-offer'),
  },
};
