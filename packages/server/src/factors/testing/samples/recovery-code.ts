import { deleteRecoveryCodes } from '../../../store/recovery-codes.ts';
import type { FactorSample } from '../factor-sample.ts';

/** The sample of the factor `recovery-code`. */
export const sample: FactorSample = {
  secrets: [],
  possession: { recoveryCodes: 6 },
  forbiddenBy: { recoveryCodes: false, emailCodes: false },
  wrongCode: 'wrong-code',
  async give(world, user) {
    const codes = [...(await world.giveRecoveryCodes(user))];
    return {
      right: () => ({ step: 'recovery-code', code: codes.shift() ?? '' }),
      wrong: () => ({ step: 'recovery-code', code: 'AAAA-BBBB-CCCC' }),
    };
  },
  async remove({ database }, { id }) {
    await database.write((tx) => deleteRecoveryCodes(tx, id));
  },
};
