import type { Input } from '@tweestap/protocol';
import { newId, systemRandom } from '../../crypto/tokens.ts';
import { type FactorSample, removeNewest } from '../../factors/testing/factor-sample.ts';
import { newBrowser, newUser, type StepSample } from '../../steps/testing/step-sample.ts';
import { insertFactor } from '../../store/factors/factors.ts';
import { aFactor } from '../../store/testing/rows.ts';
import { sealData } from '../rules/factor.ts';
import { ENROLL, PRINTED, PROVE, printed, printedCodec } from './printed-list.ts';

const codes = Array.from({ length: 20 }, (_, index) => `code-of-line-${index}`);

/** The sample with which the contract of factors is tested for the printed list. */
export const printedSample: FactorSample = {
  data: { codes },
  secrets: codes,
  possession: { active: { [PRINTED]: 1 } },
  wrongCode: 'wrong-code',
  async give({ database, keyring, clock }, { id, organisation }) {
    const owner = { id: newId(systemRandom), account_id: id, organisation_id: organisation };
    const data = sealData(printedCodec, owner, { codes }, keyring);
    const row = aFactor({ ...owner, method: PRINTED, data, secret: '', created_at: clock() });
    await database.write((tx) => insertFactor(tx, row));
    return {
      right: ({ number }) => printed({ step: PROVE, code: codes[Number(number)] ?? '' }),
      wrong: () => printed({ step: PROVE, code: 'not on the list' }),
    };
  },
  enroll: (step) => printed({ step: ENROLL, code: (step.codes as string[])[0] ?? '' }),
  remove: (world, user) => removeNewest(world, user, PRINTED),
};

/** The samples with which the contract of steps is tested for the steps of the printed list. */
export const printedStepSamples: Readonly<Record<string, StepSample>> = {
  [PROVE]: {
    async reach(world) {
      const user = await newUser(world);
      await printedSample.give(world, user);
      const browser = newBrowser(world);
      await browser.password(user);
      return { browser, user, secrets: codes };
    },
    inputs: {
      submit: ({ step }) => ({ code: codes[Number(step.number)], remember: true }),
      resend: () => ({}),
    },
    wrong: { input: () => ({ code: 'not on the list' }), code: 'wrong-code' },
  },
  [ENROLL]: {
    async reach(world) {
      const user = await newUser(world, { without: 'totp' });
      const browser = newBrowser(world);
      await browser.accept(user);
      await browser.submit({ step: 'enroll-method', method: PRINTED } as Input);
      return { browser, user };
    },
    inputs: { submit: ({ step }) => ({ code: (step.codes as string[])[0] }) },
    wrong: { input: () => ({ code: 'not on the list' }), code: 'wrong-code' },
  },
};
