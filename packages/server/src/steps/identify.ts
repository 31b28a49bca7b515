import { hasPassword } from '../accounts/password-hash.ts';
import { emailKey, UsernameError, usernameKey } from '../accounts/username.ts';
import { mayChangePassword } from '../directory/directory.ts';
import { expireHelpDeskPasswordCode, judgePasswordCode } from '../factors/recovery-codes/desk-code.ts';
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
import { findAccount } from '../store/accounts/accounts.ts';
import { accountByExternalId } from '../store/accounts/portal-accounts.ts';
import type { AccountRow } from '../store/schema.ts';

/**
 * Asks which account a link is requested for, or takes the help desk's code for a new password.
 * Threat: a stranger who requests links learns which accounts exist, or fills a user's mailbox (R55, R33).
 */
export const identify: StepDefinition<'identify'> = {
  answers: ['submit'],
  audited: 'identify',
  looksUpName: true,
  async present(context) {
    const organisation = await context.organisation();
    if (context.kind !== 'reset') return { type: 'identify', fields: fieldsOf(organisation) };
    return { type: 'identify', fields: ['username', 'code'], format: organisation.username };
  },
  /** A wrong help-desk code counts as a failed credential of the client's address. Any other input requests a mail. */
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
    const account = await accountOf({ key, username, email }, organisation, context);
    const asked = await askMail(context, {
      purpose: kind === 'register' ? 'register' : 'reset',
      name: key,
      email,
      account,
      recipient:
        kind === 'register' ? registrationRecipient(account, email, context) : resetRecipient(account, email, context),
    });
    if ('outcome' in asked) return asked;
    return accepted({ ...facts, account: { username, key }, mailed: { to: answer.email, at: now } }, asked.effects);
  },
};

/**
 * Starts a reset with the help desk's code for a new password (R83).
 * Threat: a stranger learns which accounts exist, or for which of them a code was issued. Unknown usernames, accounts
 * without a code and wrong codes therefore cost the same and get the same response (R53, R55). Wrong codes lock nothing:
 * 80 bits can't be guessed (SP 800-63B-4 §3.1.2), and a stranger could abuse a lock.
 */
async function startByCode(
  { username, code }: AnswerOf<'identify'>,
  organisation: OrganisationDefinition,
  context: StepContext,
): Promise<Verdict> {
  const key = keyOrNull(organisation.username === 'email' ? emailKey : usernameKey, username ?? '');
  if (username === undefined || key === null) return refused('bad-username');
  const account = await accountOf({ key, username }, organisation, context);
  const verdict = await judgePasswordCode(code ?? '', account, context);
  if (verdict.outcome !== 'matched' || !account) {
    const codeOf = { matched: 'wrong-code', wrong: 'wrong-code', spent: 'code-used', expired: 'code-expired' } as const;
    const effects = verdict.outcome === 'expired' ? [expireHelpDeskPasswordCode(verdict.id, context)] : [];
    return { ...refused(codeOf[verdict.outcome]), ...(account ? { about: account.id } : {}), effects };
  }
  const has = ownFactors(await possessionOf(context.read, account.id));
  // The user must prove an own factor after the code, and none is usable any more. Only a correct code reveals this.
  if (context.order.methodsOf({ ...context, facts: { has } }, organisation.policy).length === 0)
    return { ...refused('not-allowed'), about: account.id };
  const person = {
    id: account.id,
    username: account.username,
    ...(account.name === null ? {} : { name: account.name }),
  };
  const helpDesk = { by: 'code', id: verdict.id } as const;
  return accepted({ ...context.facts, account: { username, key }, person, has, helpDesk });
}

/**
 * The account of a name. The account of a portal's user is made when a link can be sent to the user: the link belongs to it.
 * Only for addresses that the directory knows, so a stranger makes none for invented ones (R93).
 */
async function accountOf(
  { key, username, email }: { key: string; username: string; email?: string },
  organisation: OrganisationDefinition,
  { portal, read }: StepContext,
): Promise<AccountRow | undefined> {
  if (!portal) return await findAccount(read, organisation.id, key);
  const byEmail = organisation.username === 'email' && email !== undefined;
  const user = await (byEmail ? portal.findByEmail(email) : portal.find(username));
  if (!user) return undefined;
  const isRecipient =
    email !== undefined && user.isActive && user.email !== null && keyOrNull(emailKey, user.email) === email;
  return isRecipient ? await portal.accountOf(user) : await accountByExternalId(read, organisation.id, user.id);
}

function fieldsOf({ username }: OrganisationDefinition): ('username' | 'email')[] {
  return username === 'email' ? ['email'] : ['username', 'email'];
}

/**
 * The account that gets a reset link, or an activation link if it has no password yet. Where only the portal can change the
 * password, there is none: a link would make a second password.
 */
function resetRecipient(
  account: AccountRow | undefined,
  email: string,
  { portal }: StepContext,
): Recipient | undefined {
  if (account?.state !== 'active' || addressOf(account) !== email) return undefined;
  if (!mayChangePassword(account, portal)) return undefined;
  return { purpose: hasPassword(account) ? 'reset' : 'activate', accountId: account.id };
}

/** R33: mail to an account goes to its stored address, never to the typed one. */
function addressOf({ email, username }: AccountRow): string | null {
  return keyOrNull(emailKey, email ?? username);
}

/** The recipient of a registration's mail. If the address has an account already, the mail says so. */
function registrationRecipient(
  account: AccountRow | undefined,
  email: string,
  context: StepContext,
): Recipient | undefined {
  if (!account) return { purpose: 'register', accountId: null, email, mail: { address: email } };
  if (account.state !== 'active') return undefined;
  if (!hasPassword(account)) return resetRecipient(account, email, context);
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
