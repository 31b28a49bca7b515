import { askMail } from '../flow/ask-mail.ts';
import { codeCounted } from '../flow/code-counted.ts';
import { notify } from '../flow/journal.ts';
import { passwordCounted } from '../flow/password-proof.ts';
import { spend } from '../flow/set-password.ts';
import {
  type Accepted,
  accepted,
  effect,
  refused,
  type StepContext,
  type StepDefinition,
  type Verdict,
  without,
} from '../flow/step-definition.ts';
import { lockOn } from '../locks/code-lock.ts';
import { passwordKey } from '../locks/keys.ts';
import type { Policy } from '../organisations/schema.ts';
import { lockAccount } from '../store/accounts.ts';
import { liftLock } from '../store/counters.ts';

export const locked: StepDefinition<'locked'> = {
  answers: ['poll', 'unlock'],
  async present(context) {
    const { policy } = await context.organisation();
    const until = context.facts.lock?.until;
    return {
      type: 'locked',
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
      ways: waysOf(context, policy),
      ...(context.facts.unlockMailed ? { mailed: true } : {}),
    };
  },
  async spends({ action }, { kind }) {
    return action === 'unlock' && kind !== 'unlock' ? { spending: 'mail' } : undefined;
  },
  async verify(answer, context) {
    if (answer.action === 'poll') return await look(context);
    const { policy } = await context.organisation();
    if (!waysOf(context, policy).includes('mail')) return refused('not-allowed');
    return context.kind === 'unlock' ? await lift(context) : await ask(context);
  },
};

/** A link lifts the soft lock of a password, nothing else: for a lock of another kind the mail would be a lie. */
function waysOf({ kind, facts: { lock } }: StepContext, { locks }: Policy): Policy['locks']['ways'] {
  if (kind === 'unlock') return ['mail'];
  const mailHelps = lock?.by === 'password' && lock.until !== undefined;
  return locks.ways.filter((way) => way !== 'mail' || mailHelps);
}

/** Looks whether the lock still stands: the help desk may have lifted it. Costs no attempt (R51). */
async function look(context: StepContext): Promise<Accepted> {
  const { facts, read, now } = context;
  if (!facts.lock) return accepted(facts);
  const { by } = facts.lock;
  const { key, hardLimit } = by === 'password' ? await passwordCounted(context) : await codeCounted(context);
  const lock = await lockOn(read, { by, key, hardLimit, now });
  const rest = without(facts, 'lock');
  return accepted(lock ? { ...rest, lock } : rest);
}

/** The same answer and work for a name that has no account, and three mails a day for either (R50, R55). */
async function ask(context: StepContext): Promise<Verdict> {
  const { facts, now } = context;
  const account = await context.account();
  const { id: organisationId } = await context.organisation();
  const key = account?.username_key ?? facts.account?.key ?? '';
  const canLogIn = account?.state === 'active' && account.password_hash !== null;
  const asked = await askMail(context, {
    sending: { purpose: 'unlock', organisationId, key, now },
    recipient: canLogIn ? { purpose: 'unlock', accountId: account.id } : undefined,
  });
  return 'outcome' in asked ? asked : accepted({ ...facts, unlockMailed: { at: now } }, asked.effects);
}

/** The soft lock goes, the hard counter stays (D7), and nobody is logged in by it (R50). */
async function lift(context: StepContext): Promise<Verdict> {
  const { facts, now, random } = context;
  const account = await context.account();
  if (account?.state !== 'active') return refused('link-expired');
  const { id: accountId, organisation_id: organisationId } = account;
  return accepted({ ...facts, unlocked: { at: now } }, [
    { lost: 'link-expired', first: true, apply: (tx) => lockAccount(tx, accountId) },
    ...spend(context),
    effect(async (tx) => {
      await liftLock(tx, passwordKey(organisationId, account.username_key), now);
      await notify(tx, { notice: 'unlocked', organisationId, accountId, at: now, random });
    }),
  ]);
}
