import { emailKey, UsernameError, usernameKey } from '../accounts/username.ts';
import { askMail, type Recipient } from '../flow/ask-mail.ts';
import { accepted, refused, type StepDefinition } from '../flow/step-definition.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { findAccount } from '../store/accounts.ts';
import type { AccountRow } from '../store/schema.ts';

/** Threat: a stranger who asks for mails learns who has an account, or fills somebody's mailbox (R55, R33). */
export const identify: StepDefinition<'identify'> = {
  answers: ['submit'],
  audited: 'identify',
  async present(context) {
    return { type: 'identify', fields: fieldsOf(await context.organisation()) };
  },
  async spends(answer, context) {
    const { username: format } = await context.organisation();
    const key = format === 'email' ? keyOrNull(emailKey, answer.email) : keyOrNull(usernameKey, answer.username ?? '');
    return { spending: 'mail', name: key ?? '' };
  },
  async verify(answer, context) {
    const { facts, now, kind } = context;
    const organisation = await context.organisation();
    if (answer.organisation !== undefined && answer.organisation !== organisation.id) {
      return refused('unknown-organisation');
    }
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
