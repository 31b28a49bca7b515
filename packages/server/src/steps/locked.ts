import type { Kind, UnlockWay } from '@tweestap/protocol';
import { hasPassword } from '../accounts/password-hash.ts';
import { askMail } from '../flow/effects/ask-mail.ts';
import { describeMethods } from '../flow/effects/describe-methods.ts';
import { passwordCounted } from '../flow/effects/password-proof.ts';
import { spend } from '../flow/effects/set-password.ts';
import { hasActive } from '../flow/rules/factor.ts';
import { factorLocks, possessionOf, withoutDeskCode } from '../flow/rules/possession.ts';
import {
  type Accepted,
  accepted,
  effect,
  refused,
  type StepContext,
  type StepDefinition,
  type Verdict,
} from '../flow/rules/step-definition.ts';
import { type LockedBy, lockOn, NO_CAP, newPasswordKey, passwordKeys } from '../locks/locks.ts';
import { notify } from '../notices/notify.ts';
import type { Policy } from '../organisations/schema.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import { liftLock } from '../store/counters.ts';
import { knownDevices } from '../store/devices.ts';
import { voidLinks } from '../store/links.ts';

/** Shows a lock with the ways out that work, checks whether it still holds, and lifts it with an unlock link. */
export const locked: StepDefinition<'locked'> = {
  answers: ['poll', 'unlock'],
  looksUpName: true,
  // Only a mailed link is requested here. The user takes the other ways elsewhere.
  offers: (action, { ways }) => action !== 'unlock' || ways.includes('mail'),
  async present(context) {
    const { policy } = await context.organisation();
    const { by, until } = lockOf(context, policy);
    const methods = await describeMethods(context, context.order.otherMethods(context, policy, 'locked'));
    return {
      type: 'locked',
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
      ways: waysOf(context.kind, { by, until }, policy.locks),
      ...(methods.length > 0 ? { methods } : {}),
      ...(context.facts.unlockMailed ? { mailed: true } : {}),
    };
  },
  async spends({ action }, { kind }) {
    return action === 'unlock' && kind !== 'unlock' ? { spending: 'mail' } : undefined;
  },
  async verify(answer, context) {
    if (answer.action === 'poll') return await reloadLocks(context);
    const { policy } = await context.organisation();
    if (!waysOf(context.kind, lockOf(context, policy), policy.locks).includes('mail')) return refused('not-allowed');
    return context.kind === 'unlock' ? await liftLocks(context) : await requestUnlockMail(context);
  },
};

interface ShownLock {
  by: LockedBy | undefined;
  until: number | undefined;
}

/** The lock that stops the flow. A disabled authenticator has no end time, because waiting does not enable it again. */
function lockOf({ kind, facts, now, order, registry }: StepContext, policy: Policy): ShownLock {
  const by = order.lockedBy(kind, facts, policy, now);
  const isFactor = registry.factors.some(({ role, lock }) => role === 'factor' && lock?.by === by && by !== undefined);
  const isDisabled = isFactor && facts.has?.disabled === true && !hasActive(facts.has);
  return { by, until: by === undefined || isDisabled ? undefined : facts.locks?.[by]?.until };
}

/**
 * The ways out that work. They depend only on the policy and on what is locked, so they are the same for usernames without
 * an account (R53). `wait` is included only if the lock ends after a wait. `mail` is included only for the temporary lock
 * of a password, because an unlock link lifts no other lock. A reset by mail also helps at the hard cap of a password.
 */
function waysOf(kind: Kind, { by, until }: ShownLock, { ways }: Policy['locks']): UnlockWay[] {
  if (kind === 'unlock') return ['mail'];
  const isPassword = by === 'password';
  const works: Record<Policy['locks']['ways'][number], boolean> = {
    wait: until !== undefined,
    // It is shown to everyone, also to users without a phone, because the ways must not reveal the account (R53).
    push: isPassword && until !== undefined,
    helpdesk: true,
    mail: isPassword && until !== undefined,
  };
  return [...ways.filter((way) => works[way]), ...(isPassword ? (['reset'] as const) : [])];
}

/**
 * Reads the locks and the account's factors again, because the help desk may have lifted a lock or issued a code. Costs no
 * attempt (R51).
 */
async function reloadLocks(context: StepContext): Promise<Accepted> {
  const { facts, kind, read, now, registry } = context;
  const { policy } = await context.organisation();
  const { locks = {}, person, has: before } = facts;
  // Only after the password, or a link that replaces it (R56).
  const has = person && before ? withoutDeskCode(kind, await possessionOf(read, person.id)) : undefined;
  const found = person && has ? await factorLocks(read, registry, { accountId: person.id, policy, has, now }) : {};
  if (locks.password) {
    const { key, hardLimit } = await passwordCounted(context);
    const lock = await lockOn(read, { key, hardLimit, now });
    if (lock) found.password = lock;
  }
  if (locks['new-password'] && person) {
    const lock = await lockOn(read, { key: newPasswordKey(person.id), hardLimit: NO_CAP, now });
    if (lock) found['new-password'] = lock;
  }
  return accepted({ ...facts, locks: found, ...(has ? { has } : {}) });
}

/** Requests an unlock link, at most three times a day. Usernames without an account cost the same work (R50, R55). */
async function requestUnlockMail(context: StepContext): Promise<Verdict> {
  const { facts, now } = context;
  const account = await context.account();
  const canLogIn = account?.state === 'active' && hasPassword(account);
  const asked = await askMail(context, {
    purpose: 'unlock',
    name: await context.nameKey(),
    account,
    recipient: canLogIn ? { purpose: 'unlock', accountId: account.id } : undefined,
  });
  return 'outcome' in asked ? asked : accepted({ ...facts, unlockMailed: { at: now } }, asked.effects);
}

/** Lifts the temporary lock, keeps the hard counter (D7) and makes no session (R50). */
async function liftLocks(context: StepContext): Promise<Verdict> {
  const { facts, now, random } = context;
  const account = await context.account();
  if (account?.state !== 'active') return refused('link-expired');
  const { id: accountId, organisation_id: organisationId } = account;
  return accepted({ ...facts, unlocked: { at: now } }, [
    { lost: 'link-expired', first: true, apply: (tx) => lockAccount(tx, accountId) },
    ...spend(context),
    effect(async (tx) => {
      await voidLinks(tx, accountId, now, 'unlock');
      // A user who locked a known device with wrong passwords requests the link on that device, so its lock is lifted too.
      for (const key of passwordKeys(account, await knownDevices(tx, accountId))) await liftLock(tx, key, now);
      await notify(tx, { notice: 'unlocked', organisationId, accountId, at: now, random });
    }),
  ]);
}
