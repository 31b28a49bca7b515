import type { PasskeyRequestOptions } from '@tweestap/protocol';
import type { Authenticator, Ceremony } from '../../../factors/passkey/testing/authenticator.ts';
import { givePasskey } from '../../../factors/passkey/testing/give-passkey.ts';
import type { Browser } from '../../../flow/testing/world.ts';
import { type AtStep, newBrowser, newUser, type StepSample } from '../step-sample.ts';

const held = new WeakMap<Browser, Authenticator>();

function answer({ browser, step }: AtStep, ceremony?: Ceremony) {
  return { credential: held.get(browser)?.get(step.options as PasskeyRequestOptions, ceremony) };
}

/** The sample of the step `passkey`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world, { without: 'totp' });
    const browser = newBrowser(world);
    held.set(browser, await givePasskey(world, user));
    await world.giveRecoveryCodes(user);
    await browser.password(user);
    return { browser, user };
  },
  inputs: { submit: (at) => ({ ...answer(at), remember: true }) },
  wrong: {
    input: (at) => answer(at, { signature: (bytes) => bytes.fill(1, 8, 12) }),
    code: 'wrong-passkey',
    renews: 'challenge',
  },
};
