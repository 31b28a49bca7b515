import { openLink } from '../../../push/testing/give-phone.ts';
import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

const codes = new WeakMap<object, string>();

/** The sample of the step `enroll-push`, with a phone that shows a code because the user has no address. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world, { without: 'totp', email: null });
    const browser = newBrowser(world);
    await browser.accept(user);
    const { flow } = await browser.submit({ step: 'enroll-method', method: 'push' });
    const { uri } = flow.step as unknown as { uri: string };
    const { device } = await openLink(world, uri);
    codes.set(browser, device.code ?? '');
    return { browser, user, secrets: [device.code ?? ''] };
  },
  inputs: {
    submit: ({ browser }) => ({ code: codes.get(browser) ?? '' }),
    poll: () => ({}),
    resend: () => ({}),
  },
  wrong: {
    input: ({ browser }) => ({ code: codes.get(browser) === '123456' ? '654321' : '123456' }),
    code: 'wrong-code',
  },
};
