import { z } from 'zod';
import { Actions, Help, Instant } from '../values.ts';
import { back, extend, later } from './define.ts';

/** Whether to set a second factor up now. `later` stands among the actions for as long as that is allowed (D8). */
export const enrollOffer = {
  step: z.strictObject({
    type: z.literal('enroll-offer'),
    actions: Actions,
    /** Why it is asked: there is no factor yet, or the one there is lies on a phone that may be gone. */
    reason: z.enum(['set-up', 'new-phone']),
    /** Whether there is no way around it. */
    mandatory: z.boolean(),
    /** From this moment on it is mandatory. */
    deadline: Instant.optional(),
    /** The last day on which it may be put off, in the organisation's time zone. */
    until: z.iso.date().optional(),
    /** Days left after today, in the organisation's time zone: 0 on the last one. */
    daysLeft: z.int().min(0).optional(),
    /** Whether a device can be remembered afterwards, so that the code is not asked each time. */
    remembers: z.boolean(),
    /** The organisation's own words about it. */
    explanation: Help.optional(),
  }),
  inputs: {
    accept: z.strictObject({ step: z.literal('enroll-offer'), action: z.literal('accept') }),
    later: later('enroll-offer'),
    back: back('enroll-offer'),
    extend: extend('enroll-offer'),
  },
};
