import { z } from 'zod';
import { Actions, GivenName, TypedCode } from '../values.ts';
import { back, extend, later, submit } from './define.ts';

/** An app that makes RFC 6238 codes, and where to get it. */
const AuthenticatorApp = z.strictObject({
  name: z.string(),
  system: z.enum(['android', 'ios', 'desktop']),
  url: z.url(),
});

/** Setting an authenticator app up: the secret is shown until this step is answered, never after. */
export const enrollTotp = {
  step: z.strictObject({
    type: z.literal('enroll-totp'),
    actions: Actions,
    /** Base32, without padding (RFC 4648 §6). */
    secret: z.string(),
    /** `otpauth://totp/…`, to be shown as a QR code. */
    uri: z.string(),
    /** What stands above the code in the app. */
    issuer: z.string(),
    /** What stands below the code in the app. */
    account: z.string(),
    apps: z.array(AuthenticatorApp),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('enroll-totp'), code: TypedCode, name: GivenName.optional() }),
    later: later('enroll-totp'),
    back: back('enroll-totp'),
    extend: extend('enroll-totp'),
  },
};
