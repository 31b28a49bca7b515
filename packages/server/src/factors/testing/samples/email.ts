import { confirmAddress, newestCode, otherCode } from '../../../testing/sent-codes.ts';
import type { FactorSample } from '../factor-sample.ts';

/** The sample of the factor `email`. */
export const sample: FactorSample = {
  secrets: [],
  possession: { emailConfirmed: true },
  policy: { factor: 'optional', emailCodes: true },
  forbiddenBy: { recoveryCodes: true, emailCodes: false },
  wrongCode: 'wrong-code',
  async give(world, user) {
    await confirmAddress(world, user);
    return {
      right: async () => ({ step: 'email', code: await newestCode(world, user) }),
      wrong: async () => ({ step: 'email', code: otherCode(await newestCode(world, user)) }),
    };
  },
  async remove({ database }, { id }) {
    await database.write((tx) =>
      tx.updateTable('accounts').set({ email_confirmed_at: null }).where('id', '=', id).execute(),
    );
  },
};
