import { emailKey, UsernameError, usernameKey } from '../accounts/username.ts';
import { askMail, type Recipient } from '../flow/ask-mail.ts';
import { notify } from '../flow/journal.ts';
import {
  accepted,
  type Effect,
  effect,
  refused,
  type StepContext,
  type StepDefinition,
} from '../flow/step-definition.ts';
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
      sending: { purpose: kind === 'register' ? 'register' : 'reset', organisationId: organisation.id, key, now },
      ...(kind === 'register' ? registration(context, account, email) : { recipient: owner(account, email) }),
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

/** A known address gets the same answer, and its owner a mail that says that there is an account. */
function registration(
  context: StepContext,
  account: AccountRow | undefined,
  email: string,
): { recipient: Recipient | undefined; otherwise?: Effect } {
  if (!account) return { recipient: { purpose: 'register', accountId: null, email } };
  if (account.state !== 'active') return { recipient: undefined };
  if (account.password_hash === null) return { recipient: owner(account, email) };
  const { now, random } = context;
  const where = { organisationId: account.organisation_id, accountId: account.id };
  return {
    recipient: undefined,
    otherwise: effect((tx) => notify(tx, { notice: 'registration-existing', ...where, at: now, random })),
  };
}

function keyOrNull(keyOf: (text: string) => string, text: string): string | null {
  try {
    return keyOf(text);
  } catch (error) {
    if (error instanceof UsernameError) return null;
    throw error;
  }
}
