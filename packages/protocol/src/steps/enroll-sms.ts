import { z } from 'zod';
import { Actions, TypedCode } from '../values/schemas.ts';
import { back, changeNumber, extend, later, resend, sentCode, submit } from './define.ts';

/** The user enters the code that was sent to the new phone number, which proves that it is theirs. */
export const enrollSms = {
  step: z.strictObject({ type: z.literal('enroll-sms'), actions: Actions, ...sentCode }),
  inputs: {
    submit: z.strictObject({ ...submit('enroll-sms'), code: TypedCode }),
    resend: resend('enroll-sms'),
    'change-number': changeNumber('enroll-sms'),
    later: later('enroll-sms'),
    back: back('enroll-sms'),
    extend: extend('enroll-sms'),
  },
};
