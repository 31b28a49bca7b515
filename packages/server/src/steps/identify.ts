import { emailKey, UsernameError, usernameKey } from '../accounts/username.ts';
import { endStartCode, judgePasswordCode } from '../factors/recovery-codes/desk-code.ts';
import { askMail, type Recipient } from '../flow/effects/ask-mail.ts';
import { ownFactors, possessionOf } from '../flow/rules/possession.ts';
import {
  type AnswerOf,
  accepted,
  refused,
  type StepContext,
  type StepDefinition,
  type Verdict,
} from '../flow/rules/step-definition.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { findAccount } from '../store/accounts.ts';
import type { AccountRow } from '../store/schema.ts';

/** Threat: a stranger who asks for mails learns who has an account, or fills somebody's mailbox (R55, R33). */
export const identify: StepDefinition<'identify'> = {
  answers: ['submit'],
  audited: 'identify',
  async present(context) {
    const organisation = await context.organisation();
    if (context.kind !== 'reset') return { type: 'identify', fields: fieldsOf(organisation) };
    return { type: 'identify', fields: ['username', 'code'], format: organisation.username };
  },
  /** A wrong code of the help desk is a failed credential of its address; all else here asks for a mail. */
  async spends({ username = '', email = '' }, context) {
    const byEmail = (await context.organisation()).username === 'email';
    if (context.kind === 'reset') {
      return { spending: 'password', name: keyOrNull(byEmail ? emailKey : usernameKey, username) ?? '' };
    }
    return { spending: 'mail', name: (byEmail ? keyOrNull(emailKey, email) : keyOrNull(usernameKey, username)) ?? '' };
  },
  async verify(answer, context) {
    const { facts, now, kind } = context;
    const organisation = await context.organisation();
    if (answer.organisation !== undefined && answer.organisation !== organisation.id) {
      return refused('unknown-organisation');
    }
    if (kind === 'reset') return await startByCode(answer, organisation, context);
    if (answer.email === undefined) return refused('bad-email');
    const email = keyOrNull(emailKey, answer.email);
    if (email === null) return refused('bad-email');
    const username = organisation.username === 'email' ? answer.email : answer.username;
    const key = organisation.username === 'email' ? email : keyOrNull(usernameKey, username ?? '');
    if (username === undefined || key === null) return refused('bad-username');
    const account = await findAccount(context.read, organisation.id, key);
    const asked = await askMail(context, {
      purpose: kind === 'register' ? 'register' : 'reset',
      name: key,
      email,
      account,
      recipient: kind === 'register' ? registration(account, email) : owner(account, email),
    });
    if ('outcome' in asked) return asked;
    return accepted({ ...facts, account: { username, key }, mailed: { to: answer.email, at: now } }, asked.effects);
  },
};

/**
 * A new password with the help desk's code (R83). Threat: a stranger who learns here who has an account, or an account for
 * which a code was given. Unknown names, accounts without a code and wrong codes cost the same and get the same answer
 * (R53, R55). Nothing is locked by wrong codes: 80 bits can't be guessed (SP 800-63B-4 §3.1.2), a lock could be abused.
 */
async function startByCode(
  { username, code }: AnswerOf<'identify'>,
  organisation: OrganisationDefinition,
  context: StepContext,
): Promise<Verdict> {
  const key = keyOrNull(organisation.username === 'email' ? emailKey : usernameKey, username ?? '');
  if (username === undefined || key === null) return refused('bad-username');
  const account = await findAccount(context.read, organisation.id, key);
  const verdict = await judgePasswordCode(code ?? '', account, context);
  if (verdict.outcome !== 'matched' || !account) {
    const why = { matched: 'wrong-code', wrong: 'wrong-code', spent: 'code-used', expired: 'code-expired' } as const;
    const effects = verdict.outcome === 'expired' ? [endStartCode(verdict.id, context)] : [];
    return { ...refused(why[verdict.outcome]), ...(account ? { about: account.id } : {}), effects };
  }
  const has = ownFactors(await possessionOf(context.read, account.id));
  // Said to the holder of the right code alone: what the code needs beside it has been taken away since.
  if (context.order.methodsOf({ has }, organisation.policy, context.now).length === 0)
    return { ...refused('not-allowed'), about: account.id };
  const person = {
    id: account.id,
    username: account.username,
    ...(account.name === null ? {} : { name: account.name }),
  };
  const helpDesk = { by: 'code', id: verdict.id } as const;
  return accepted({ ...context.facts, account: { username, key }, person, has, helpDesk });
}

function fieldsOf({ username }: OrganisationDefinition): ('username' | 'email')[] {
  return username === 'email' ? ['email'] : ['username', 'email'];
}

/** Whoever forgot the password resets it; who has none yet gets a new activation. */
function owner(account: AccountRow | undefined, email: string): Recipient | undefined {
  if (account?.state !== 'active' || addressOf(account) !== email) return undefined;
  return { purpose: account.password_hash === null ? 'activate' : 'reset', accountId: account.id };
}

/** R33: where mail to an account goes is what it has stored, never what was typed. */
function addressOf({ email, username }: AccountRow): string | null {
  return keyOrNull(emailKey, email ?? username);
}

/** A known address gets the same answer, and its user a mail that says that there is an account. */
function registration(account: AccountRow | undefined, email: string): Recipient | undefined {
  if (!account) return { purpose: 'register', accountId: null, email, mail: { address: email } };
  if (account.state !== 'active') return undefined;
  if (account.password_hash === null) return owner(account, email);
  const mail = { accountId: account.id, template: 'registration-existing' } as const;
  return { purpose: 'register', accountId: null, mail };
}

function keyOrNull(keyOf: (text: string) => string, text: string): string | null {
  try {
    return keyOf(text);
  } catch (error) {
    if (error instanceof UsernameError) return null;
    throw error;
  }
}
