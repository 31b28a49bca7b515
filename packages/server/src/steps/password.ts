import { isRememberingOver, remembersFactor, type Visitor } from '../devices/known-device.ts';
import { accountFacts } from '../flow/effects/account-facts.ts';
import { passwordCounted, provePassword, replayEffect } from '../flow/effects/password-proof.ts';
import { hasActive } from '../flow/rules/factor.ts';
import type { Facts } from '../flow/rules/facts.ts';
import {
  accepted,
  type Effect,
  effect,
  refused,
  type StepContext,
  type StepDefinition,
} from '../flow/rules/step-definition.ts';
import { passwordSince } from '../organisations/policy.ts';
import { endRemembering } from '../store/devices.ts';
import type { AccountRow } from '../store/schema.ts';

/** Asks for the password, and finds out which factors and devices the account has. */
export const password: StepDefinition<'password'> = {
  answers: ['submit'],
  audited: 'password',
  looksUpName: true,
  async present({ facts }) {
    return { type: 'password', username: facts.account?.username ?? '' };
  },
  counted: passwordCounted,
  async verify(answer, context) {
    // R94: the key of an installation authenticates its client for one account only. Nothing is verified, so the refusal
    // reveals neither whether the account exists nor whether the password is correct.
    const { client } = context.facts;
    if (client?.installation && (await context.account())?.id !== client.installation.account) {
      return refused('bad-client', false);
    }
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

/** Since when the password is valid (D13). Where the portal keeps its passwords to itself, it lets them expire itself. */
function sinceOf(account: AccountRow, { portal }: StepContext): { since?: number } {
  return portal && !portal.setPassword ? {} : { since: passwordSince(account) };
}

/** The facts after a correct password. They are known only now, in this flow only (R56). */
async function factsOf(account: AccountRow, visitor: Visitor, context: StepContext): Promise<Facts> {
  const { facts, now } = context;
  const { policy } = await context.organisation();
  const own = await accountFacts(account, context);
  const known = visitor && 'known' in visitor ? visitor.known : undefined;
  // R38: a remembered device replaces only the second factor, and only if the account has one. A client has none (R94).
  const isReplaceable = own.has !== undefined && hasActive(own.has) && !facts.client;
  const remembered = known && isReplaceable ? remembersFactor(known, policy, now) : undefined;
  return {
    ...facts,
    ...own,
    password: { at: now, changedAt: account.password_changed_at, ...sinceOf(account, context) },
    ...(remembered ? { remembered } : {}),
  };
}
