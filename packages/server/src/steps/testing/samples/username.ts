import type { PasskeyRequestOptions } from '@tweestap/protocol';
import type { Authenticator } from '../../../factors/passkey/testing/authenticator.ts';
import { givePasskey } from '../../../factors/passkey/testing/give-passkey.ts';
import type { Browser } from '../../../flow/testing/world.ts';
import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

const held = new WeakMap<Browser, Authenticator>();

/** The sample of the step `username`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    const browser = newBrowser(world);
    const authenticator = await givePasskey(world, user);
    held.set(browser, authenticator);
    await browser.start('login', [{ step: 'organisation', organisation: user.organisation }]);
    // The step may show nothing of an account before its username is typed or a passkey is proven.
    return { browser, user, secrets: [user.id, user.username, authenticator.credentialId, authenticator.userHandle] };
  },
  inputs: {
    submit: ({ user }) => ({ username: user?.username }),
    passkey: ({ browser, step }) => ({ credential: held.get(browser)?.get(step.passkey as PasskeyRequestOptions) }),
  },
  wrong: {
    input: ({ browser, step }) => ({
      action: 'passkey',
      credential: held.get(browser)?.get(step.passkey as PasskeyRequestOptions, { origin: 'https://evil.example' }),
    }),
    code: 'wrong-passkey',
    renews: 'challenge',
    shownAs: 'passkey',
  },
};
