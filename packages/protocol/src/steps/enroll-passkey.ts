import { z } from 'zod';
import { PasskeyCreationOptions, PasskeyRegistration } from '../values/passkeys.ts';
import { Actions, GivenName } from '../values/schemas.ts';
import { back, extend, later, submit } from './define.ts';

/** The user creates a passkey (WebAuthn L3 §7.1). */
export const enrollPasskey = {
  step: z.strictObject({
    type: z.literal('enroll-passkey'),
    actions: Actions,
    /** The options for `navigator.credentials.create`. */
    options: PasskeyCreationOptions,
  }),
  inputs: {
    /** Without a name, the passkey has the name of its provider. */
    submit: z.strictObject({
      ...submit('enroll-passkey'),
      credential: PasskeyRegistration,
      name: GivenName.optional(),
    }),
    later: later('enroll-passkey'),
    back: back('enroll-passkey'),
    extend: extend('enroll-passkey'),
  },
};
