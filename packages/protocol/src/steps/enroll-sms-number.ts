import { z } from 'zod';
import { Actions, SetUpMethod, TypedPhoneNumber } from '../values/schemas.ts';
import { back, extend, later, submit, switchToSetUp } from './define.ts';

/** The user enters the phone number that codes are sent to. */
export const enrollSmsNumber = {
  step: z.strictObject({
    type: z.literal('enroll-sms-number'),
    actions: Actions,
    /** The country of a number without an international prefix (ISO 3166-1 alpha-2). */
    country: z.string().length(2),
    /** A method that protects better than a text message; `switch` continues with it (SP 800-63B-4 §3.1.3.3). */
    stronger: SetUpMethod.optional(),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('enroll-sms-number'), phoneNumber: TypedPhoneNumber }),
    later: later('enroll-sms-number'),
    switch: switchToSetUp('enroll-sms-number'),
    back: back('enroll-sms-number'),
    extend: extend('enroll-sms-number'),
  },
};
