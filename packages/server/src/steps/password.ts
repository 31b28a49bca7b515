import { isRememberingOver, remembersFactor, type Visitor } from '../devices/known-device.ts';
import { accountFacts } from '../flow/effects/account-facts.ts';
import { passwordCounted, provePassword, replayEffect } from '../flow/effects/password-proof.ts';
import { hasActive } from '../flow/rules/factor.ts';
import type { Facts } from '../flow/rules/facts.ts';
import { accepted, type Effect, effect, type StepContext, type StepDefinition } from '../flow/rules/step-definition.ts';
import { endRemembering } from '../store/devices.ts';
import type { AccountRow } from '../store/schema.ts';

/** Asks for the password, and finds out which factors and devices the account has. */
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
    return accepted(facts, [...proof.effects, ...replay, ...(await endExpiredRemembering(visitor, context))]);
  },
};

/** R86: ends an expired remembering of this device, so a clock that is set back later doesn't revive it. */
async function endExpiredRemembering(visitor: Visitor, context: StepContext): Promise<Effect[]> {
  const { policy } = await context.organisation();
  const known = visitor && 'known' in visitor ? visitor.known : undefined;
  const until = known?.remembered_until ?? null;
  if (!known || until === null || !isRememberingOver(known, policy, context.now)) return [];
  return [effect((tx) => endRemembering(tx, known.id, until))];
}

/** The facts after a correct password. They are known only now, in this flow only (R56). */
async function factsOf(account: AccountRow, visitor: Visitor, context: StepContext): Promise<Facts> {
  const { facts, now } = context;
  const { policy } = await context.organisation();
  const own = await accountFacts(account, context);
  const known = visitor && 'known' in visitor ? visitor.known : undefined;
  // R38: a remembered device replaces only the second factor, and only if the account has one.
  const remembered = known && own.has && hasActive(own.has) ? remembersFactor(known, policy, now) : undefined;
  return {
    ...facts,
    ...own,
    password: { at: now, changedAt: account.password_changed_at },
    ...(remembered ? { remembered } : {}),
  };
}
