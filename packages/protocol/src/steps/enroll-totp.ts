import { z } from 'zod';
import { Actions, GivenName, TypedCode } from '../values/schemas.ts';
import { back, extend, later, submit } from './define.ts';

/** An app that generates RFC 6238 codes, with its address in the app store. */
const AuthenticatorApp = z.strictObject({
  name: z.string(),
  system: z.enum(['android', 'ios', 'desktop']),
  url: z.url(),
});

/** The user sets up an authenticator app. The secret is shown until the step is completed, and never after it. */
export const enrollTotp = {
  step: z.strictObject({
    type: z.literal('enroll-totp'),
    actions: Actions,
    /** The secret in base32 without padding (RFC 4648 §6). */
    secret: z.string(),
    /** The `otpauth://totp/…` URI, to show as a QR code. */
    uri: z.string(),
    /** The name that the app shows above the code. */
    issuer: z.string(),
    /** The account that the app shows below the code. */
    account: z.string(),
    /** Free apps that work. */
    apps: z.array(AuthenticatorApp),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('enroll-totp'), code: TypedCode, name: GivenName.optional() }),
    later: later('enroll-totp'),
    back: back('enroll-totp'),
    extend: extend('enroll-totp'),
  },
};
