import { isRememberingOver, remembersFactor, type Visitor } from '../devices/known-device.ts';
import { passwordCounted, provePassword, rememberFor, replayEffect } from '../flow/effects/password-proof.ts';
import { hasActive, hasFactor } from '../flow/rules/factor.ts';
import type { Facts } from '../flow/rules/facts.ts';
import { factorLocks, possessionOf } from '../flow/rules/possession.ts';
import { accepted, type Effect, effect, type StepContext, type StepDefinition } from '../flow/rules/step-definition.ts';
import { endRemembering } from '../store/devices.ts';
import type { AccountRow } from '../store/schema.ts';

export const password: StepDefinition<'password'> = {
  answers: ['submit'],
  audited: 'password',
  async present({ facts }) {
    return { type: 'password', username: facts.account?.username ?? '' };
  },
  counted: passwordCounted,
  async verify(answer, context) {
    const visitor = await context.visitor();
    const replay = visitor && 'replayed' in visitor ? [replayEffect(visitor.replayed, context)] : [];
    const proof = await provePassword(answer.password, context);
    if (!proof) {
      return { outcome: 'refused', refusal: { code: 'wrong-credentials' }, counts: true, effects: replay };
    }
    const facts = await factsOf(proof.account, visitor, context);
    return accepted(facts, [...proof.effects, ...replay, ...(await endOverdue(visitor, context))]);
  },
};

/** R86: a remembering that this login finds over is over for good, whatever the clock says later. */
async function endOverdue(visitor: Visitor, context: StepContext): Promise<Effect[]> {
  const { policy } = await context.organisation();
  const known = visitor && 'known' in visitor ? visitor.known : undefined;
  const until = known?.remembered_until ?? null;
  if (!known || until === null || !isRememberingOver(known, policy, context.now)) return [];
  return [effect((tx) => endRemembering(tx, known.id, until))];
}

/** Who it is and what has to be proven next: known only now, and to this flow alone (R56). */
async function factsOf(account: AccountRow, visitor: Visitor, context: StepContext): Promise<Facts> {
  const { facts, now, read, registry } = context;
  const { policy } = await context.organisation();
  const has = await possessionOf(read, account.id);
  const known = visitor && 'known' in visitor ? visitor.known : undefined;
  // R38: it stands in for the second factor alone, and only where there is one.
  const remembered = known && hasActive(has) ? remembersFactor(known, policy, now) : undefined;
  // Reported now rather than after a code that would not be looked at.
  const locks = hasFactor(has) ? await factorLocks(read, registry, { accountId: account.id, policy, has, now }) : {};
  return {
    ...facts,
    person: { id: account.id, username: account.username, ...(account.name === null ? {} : { name: account.name }) },
    password: { at: now, changedAt: account.password_changed_at },
    has,
    rememberFor: rememberFor(account, policy),
    ...(remembered ? { remembered } : {}),
    ...(account.codes_due === 1 ? { codesDue: true as const } : {}),
    locks,
  };
}
