import { z } from 'zod';
import { Actions, Instant, TypedCode } from '../values/schemas.ts';
import { back, extend, later, poll, submit } from './define.ts';

/** The user links a phone: it scans the QR code, proves its key, and confirms a code. */
export const enrollPush = {
  step: z.strictObject({
    type: z.literal('enroll-push'),
    actions: Actions,
    /** The address to show as a QR code, or to open on the same phone. It contains a one-time token. */
    uri: z.string(),
    /**
     * `waiting`: no phone has used the address. `code`: a phone did, and a code must be confirmed. `linked`: `poll` continues.
     */
    state: z.enum(['waiting', 'code', 'linked']),
    /** Where the code is typed, with the state `code`: on the phone, or here because only the phone shows it. */
    codeAt: z.enum(['phone', 'screen']).optional(),
    /** How the code was sent, with `codeAt: phone`. */
    channel: z.enum(['sms', 'mail']).optional(),
    /** The masked number or address that the code was sent to. */
    to: z.string().optional(),
    /** The name of the phone that used the address. */
    device: z.string().optional(),
    /** When the address expires. */
    expiresAt: Instant,
  }),
  inputs: {
    /** The code that the phone shows, if `codeAt` is `screen`. */
    submit: z.strictObject({ ...submit('enroll-push'), code: TypedCode }),
    poll: poll('enroll-push'),
    /** Shows a new address. An unconfirmed phone is dropped. */
    resend: z.strictObject({ step: z.literal('enroll-push'), action: z.literal('resend') }),
    later: later('enroll-push'),
    back: back('enroll-push'),
    extend: extend('enroll-push'),
  },
};
