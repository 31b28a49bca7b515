import type { PasskeyCreationOptions } from '@tweestap/protocol';
import { Authenticator } from '../../../factors/passkey/testing/authenticator.ts';
import { afterPassword, type StepSample } from '../step-sample.ts';

const rp = { id: 'portal.example', name: 'Clinic' };
const unasked = { rp, user: { id: 'aGFuZGxl' }, challenge: 'AAECAwQFBgcICQoLDA0ODw' } as PasskeyCreationOptions;

/** The sample of the step `enroll-offer`. A passkey is accepted only where one is offered (`enroll-offer.test.ts`). */
export const sample: StepSample = {
  reach: (world) => afterPassword(world, { without: 'totp' }),
  inputs: { accept: () => ({}), passkey: () => ({ credential: new Authenticator().create(unasked) }) },
  enrolls: true,
  wrong: {
    input: () => ({ action: 'passkey', credential: new Authenticator().create(unasked) }),
    code: 'not-allowed',
  },
};
