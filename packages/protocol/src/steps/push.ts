import { z } from 'zod';
import { Actions, Instant, MethodChoice, RememberOffer } from '../values/schemas.ts';
import { back, extend, switchTo } from './define.ts';

/** The user approves the login on a linked phone. */
export const push = {
  step: z.strictObject({
    type: z.literal('push'),
    actions: Actions,
    /** The number that the user types or compares on the phone; absent if the policy asks for none, or no request is open. */
    number: z.string().optional(),
    /** The number of digits; 0: the phone asks for none. */
    digits: z.union([z.literal(6), z.literal(2), z.literal(0)]),
    /** When the request expires. */
    expiresAt: Instant,
    /**
     * `pending`: the phone has not answered. `approved`: `poll` continues. `denied`: a wrong number was typed on the phone.
     * `stopped`: no request was sent, because too many were unanswered or the user denied one.
     */
    state: z.enum(['pending', 'approved', 'denied', 'expired', 'stopped']),
    /** When `resend` is possible again. Absent if it never is. */
    resendAt: Instant.optional(),
    /** The address that opens the request on this device; only for the browser of this flow. */
    approveUri: z.string(),
    /** Present if the device can be remembered. */
    remember: RememberOffer.optional(),
    /** The methods that the user can switch to. */
    methods: z.array(MethodChoice),
  }),
  inputs: {
    poll: z.strictObject({ step: z.literal('push'), action: z.literal('poll'), remember: z.boolean().optional() }),
    resend: z.strictObject({ step: z.literal('push'), action: z.literal('resend') }),
    switch: switchTo('push'),
    back: back('push'),
    extend: extend('push'),
  },
};
