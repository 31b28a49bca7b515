import type { PasskeyAssertion } from '@tweestap/protocol';
import { emailKey, UsernameError, usernameKey } from '../accounts/username.ts';
import { requestOptions } from '../factors/passkey/assertion.ts';
import { openChallenge, withChallenge } from '../factors/passkey/challenge.ts';
import { provePasskey, withoutChallenge } from '../factors/passkey/prove.ts';
import { allowsPasskeys, isPageOfPasskeys, relyingPartyOf } from '../factors/passkey/relying-party.ts';
import { accountFacts } from '../flow/effects/account-facts.ts';
import { replayEffect } from '../flow/effects/password-proof.ts';
import {
  accepted,
  refused,
  type StepContext,
  type StepDefinition,
  type Verdict,
} from '../flow/rules/step-definition.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import type { AccountRow } from '../store/schema.ts';

/**
 * Asks for the username, or for a passkey that is a whole login. The step reads no account before a proof, so the response
 * is the same for every username (R53), and a passkey is requested without naming any (R56).
 */
export const username: StepDefinition<'username'> = {
  answers: ['submit', 'passkey'],
  offers: (action, { passkey }) => action !== 'passkey' || passkey !== undefined,
  auditedAs: ({ action }) => (action === 'passkey' ? 'passkey' : undefined),
  isPrepared: async (context) => !(await isPasskeyOffered(context)) || openChallenge(context) !== undefined,
  async prepare(context) {
    const isMissing = (await isPasskeyOffered(context)) && openChallenge(context) === undefined;
    return accepted(isMissing ? withChallenge(context.facts, context) : context.facts);
  },
  async present(context) {
    const { username: format } = await context.organisation();
    const challenge = (await isPasskeyOffered(context)) ? openChallenge(context) : undefined;
    if (challenge === undefined) return { type: 'username', format };
    return { type: 'username', format, passkey: await requestOptions(await relyingPartyOf(context), challenge) };
  },
  async spends({ action }) {
    return action === 'passkey' ? { spending: 'code' } : undefined;
  },
  async verify(answer, context) {
    if (answer.action === 'passkey') return await logInByPasskey(answer.credential, context);
    const keyOf = (await context.organisation()).username === 'email' ? emailKey : usernameKey;
    try {
      const key = keyOf(answer.username);
      const facts = withoutChallenge(context.facts);
      return accepted({ ...facts, account: { username: answer.username, key } });
    } catch (error) {
      if (error instanceof UsernameError) return refused('bad-username');
      throw error;
    }
  },
};

async function isPasskeyOffered(context: StepContext): Promise<boolean> {
  const { kind, organisation } = context;
  return kind === 'login' && allowsPasskeys(await organisation()) && (await isPageOfPasskeys(context));
}

/** Whether the portal still has the user of an account. No password is checked, so nothing else would ask it. */
async function isInPortal(account: AccountRow, { portal }: StepContext): Promise<boolean> {
  if (account.external_id === null || !portal) return true;
  return (await portal.ownerOf(account))?.isActive === true;
}

/** Logs in by a passkey that has verified its user. No password is needed, so no lock of a password stops it (R48). */
async function logInByPasskey(credential: PasskeyAssertion, context: StepContext): Promise<Verdict> {
  if (!(await isPasskeyOffered(context))) return refused('not-allowed', false);
  const proof = await provePasskey(credential, context, 'alone');
  if (proof.outcome === 'refused') return proof;
  const { facts, read, now } = context;
  const { row, how, effects } = proof;
  const account = await getAccount(read, row.organisation_id, row.account_id);
  if (account?.state !== 'active' || !(await isInPortal(account, context))) return refused('wrong-passkey');
  const visitor = await context.visitorTo(account.id);
  const replay = visitor && 'replayed' in visitor ? [replayEffect(visitor.replayed, context)] : [];
  return accepted(
    {
      ...withoutChallenge(facts),
      account: { username: account.username, key: account.username_key },
      ...(await accountFacts(account, context)),
      factor: { method: 'passkey', id: row.id, at: now, ...(how === undefined ? {} : { how }) },
    },
    [...effects, ...replay],
  );
}
