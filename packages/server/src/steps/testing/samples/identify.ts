import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `identify`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    const browser = newBrowser(world);
    await browser.start('reset', [{ step: 'organisation', organisation: user.organisation }]);
    const operator = { actor: { role: 'administrator', name: 'desk' }, reason: 'known by voice' } as const;
    const { organisation, id: account } = user;
    const started = await world.admin.resetPassword({ ...operator, organisation, account, by: 'code' });
    return { browser, user, secrets: [user.id, user.username, 'code' in started ? started.code : ''] };
  },
  inputs: { submit: ({ user, secrets = [] }) => ({ username: user?.username, code: secrets.at(-1) }) },
  wrong: { input: ({ user }) => ({ username: user?.username, code: 'AAAA-BBBB-CCCC-DDDD' }), code: 'wrong-code' },
};
