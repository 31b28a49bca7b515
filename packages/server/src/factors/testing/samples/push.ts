import { givePhone, openLink } from '../../../push/testing/give-phone.ts';
import { answerPushRequest, pushRequestsOf } from '../../../store/push/push-requests.ts';
import { type FactorSample, removeNewest } from '../factor-sample.ts';

const key = { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) };
const poll = { step: 'push', action: 'poll' } as const;

/** The sample of the factor `push`. */
export const sample: FactorSample = {
  data: { jwk: key },
  secrets: [key.x, key.y],
  possession: { active: { push: 1 } },
  wrongCode: 'wrong-code',
  async give(world, user) {
    const { id: deviceId } = await givePhone(world, user);
    return {
      // The answer is recorded directly, because a removed phone can't send one; its approval may still be under way.
      async right() {
        const [row] = await pushRequestsOf(world.database.read, user.id, 1);
        if (row?.state !== 'pending') return poll;
        const answer = { id: row.id, accountId: user.id, deviceId, state: 'approved', now: world.clock() } as const;
        await world.database.write((tx) => answerPushRequest(tx, answer));
        return poll;
      },
      wrong: () => poll,
    };
  },
  async enroll(step, world) {
    // The user of the contract has no address, so the phone shows the code.
    const { device } = await openLink(world, String(step.uri));
    return { step: 'enroll-push', code: device.code ?? '' };
  },
  remove: (world, user) => removeNewest(world, user, 'push'),
};
