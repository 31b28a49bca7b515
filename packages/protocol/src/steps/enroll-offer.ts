import { z } from 'zod';
import { Actions, Help, Instant } from '../values/schemas.ts';
import { back, extend, later } from './define.ts';

/** The user is offered to enroll a second factor. `later` is among the actions while that is allowed (D8). */
export const enrollOffer = {
  step: z.strictObject({
    type: z.literal('enroll-offer'),
    actions: Actions,
    /** `set-up`: the account has no factor. `new-phone`: the phone with the factor may be lost. */
    reason: z.enum(['set-up', 'new-phone']),
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
    later: later('enroll-offer'),
    back: back('enroll-offer'),
    extend: extend('enroll-offer'),
  },
};
