import { stepOf, totpCode } from '../../totp/code.ts';
import { totpData } from '../../totp/factor.ts';
import { decodeSecret } from '../../totp/secret.ts';
import { type FactorSample, removeNewest } from '../factor-sample.ts';

const secret = new Uint8Array(20).fill(90);

/** The sample of the factor `totp`. */
export const sample: FactorSample = {
  data: totpData(secret),
  secrets: [totpData(secret).secret],
  possession: { active: { totp: 1 } },
  wrongCode: 'wrong-code',
  async give(world, user) {
    await world.factor(user);
    return {
      right: () => {
        // A code is accepted only once, so the next proof needs the next time step.
        world.clock.advance(30_000);
        return { step: 'totp', code: world.code(user) };
      },
      wrong: () => ({ step: 'totp', code: world.wrongCode(user) }),
    };
  },
  enroll: (step, { clock }) => ({
    step: 'enroll-totp',
    code: totpCode(decodeSecret(String(step.secret)), stepOf(clock())),
  }),
  remove: (world, user) => removeNewest(world, user, 'totp'),
};
