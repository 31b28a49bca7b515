import { codeCounted } from '../flow/code-counted.ts';
import { passwordCounted } from '../flow/password-proof.ts';
import { accepted, type StepDefinition, without } from '../flow/step-definition.ts';
import { lockOn } from '../locks/code-lock.ts';

export const locked: StepDefinition<'locked'> = {
  answers: ['poll'],
  async present(context) {
    const { policy } = await context.organisation();
    const until = context.facts.lock?.until;
    return {
      type: 'locked',
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
      ways: [...policy.locks.ways],
    };
  },
  /** Looks whether the lock still stands: the help desk may have lifted it. Costs no attempt (R51). */
  async verify(_answer, context) {
    const { facts, read, now } = context;
    if (!facts.lock) return accepted(facts);
    const { by } = facts.lock;
    const { key, hardLimit } = by === 'password' ? await passwordCounted(context) : await codeCounted(context);
    const lock = await lockOn(read, { by, key, hardLimit, now });
    const rest = without(facts, 'lock');
    return accepted(lock ? { ...rest, lock } : rest);
  },
};
