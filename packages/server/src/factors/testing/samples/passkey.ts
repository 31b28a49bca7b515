import type { PasskeyCreationOptions, PasskeyRequestOptions } from '@tweestap/protocol';
import { Authenticator } from '../../passkey/testing/authenticator.ts';
import { givePasskey } from '../../passkey/testing/give-passkey.ts';
import { type FactorSample, removeNewest, type ShownStep } from '../factor-sample.ts';

const request = (step: ShownStep) => step.options as PasskeyRequestOptions;

/** The sample of the factor `passkey`: a security key without a PIN, which is a second factor only. */
export const sample: FactorSample = {
  data: {
    ...{ publicKey: 'cHVibGljLWtleS1vZi1hLXBhc3NrZXk', userHandle: 'aGFuZGxlLW9mLXVzZXI', rpId: 'portal.example' },
    ...{ transports: ['usb'], deviceType: 'singleDevice', backedUp: false },
    aaguid: '00000000-0000-0000-0000-000000000000',
  },
  secrets: ['cHVibGljLWtleS1vZi1hLXBhc3NrZXk', 'aGFuZGxlLW9mLXVzZXI'],
  possession: { active: { passkey: 1 } },
  wrongCode: 'wrong-passkey',
  async give(world, user) {
    const authenticator = await givePasskey(world, user, { verifies: false });
    return {
      right: (step) => ({ step: 'passkey', credential: authenticator.get(request(step)) }),
      wrong: (step) => ({
        step: 'passkey',
        credential: authenticator.get(request(step), { signature: (bytes) => bytes.fill(1, 8, 12) }),
      }),
    };
  },
  enroll: (step) => ({
    step: 'enroll-passkey',
    credential: new Authenticator({ verifies: false }).create(step.options as PasskeyCreationOptions),
  }),
  remove: (world, user) => removeNewest(world, user, 'passkey'),
};
