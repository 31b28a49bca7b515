import type { ProblemCode } from '@tweestap/protocol';
import type { StoredPassword } from '../accounts/password-hash.ts';
import { MAX_PASSWORD_LENGTH, passwordFault } from '../accounts/password-rules.ts';
import { newRowId } from '../crypto/tokens.ts';
import { isPresentPassword } from '../flow/effects/password-proof.ts';
import { type ChosenPassword, changePassword, spend } from '../flow/effects/set-password.ts';
import { NOTHING } from '../flow/rules/factor.ts';
import type { Facts } from '../flow/rules/facts.ts';
import { ownFactors, possessionOf } from '../flow/rules/possession.ts';
import {
  accepted,
  Conflict,
  type Counted,
  type Effect,
  effect,
  type Refused,
  refused,
  type StepContext,
  type StepDefinition,
  without,
} from '../flow/rules/step-definition.ts';
import { newPasswordKey } from '../locks/locks.ts';
import { minPasswordLength } from '../organisations/policy.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { findAccount, insertAccount } from '../store/accounts/accounts.ts';
import { getCounter } from '../store/counters.ts';
import type { AccountRow, NewAccountRow } from '../store/schema.ts';

/**
 * Lets the user choose a new password, after a mailed link, a help-desk code or fresh proofs, or in a login whose password
 * has expired or must be replaced (D13).
 * Threat: a reader of the mail tests here whether a guess is the previous password, which may be valid elsewhere. The
 * attempts are therefore counted. At the cap the step stops comparing and accepts any valid password, so a guess reveals
 * nothing more and the user can still finish the reset. A login always compares, because its user knows the password.
 */
export const newPassword: StepDefinition<'new-password'> = {
  answers: ['submit'],
  audited: 'new-password',
  async present(context) {
    const organisation = await context.organisation();
    return {
      type: 'new-password',
      username: usernameOf(context.facts),
      minLength: minPasswordLength(organisation.policy),
      maxLength: MAX_PASSWORD_LENGTH,
      mayReuse: mayReuse(context, organisation),
      ...(context.kind === 'login' ? { reason: context.facts.mustChange ? 'not-me' : 'expired' } : {}),
    };
  },
  async counted(context): Promise<Counted | undefined> {
    const { person } = context.facts;
    if (!person || !(await isCounting(context, person.id))) return undefined;
    const { hard } = (await context.organisation()).policy.locks;
    return { key: newPasswordKey(person.id), by: 'new-password', hardLimit: hard, tells: false };
  },
  async verify({ password: typed }, context) {
    const { facts, now, hasher } = context;
    const organisation = await context.organisation();
    const { policy } = organisation;
    const rules = { minLength: minPasswordLength(policy), username: usernameOf(facts), organisation };
    const fault = passwordFault(typed, rules);
    if (fault) return weak(fault, false);
    const account = facts.person && (await context.account());
    if (account && (await isComparing(context, account.id)) && (await isPresentPassword(typed, account, context))) {
      return weak('reused', true);
    }
    const stored =
      account && account.external_id !== null ? await setInPortal(typed, account, context) : await hasher.hash(typed);
    if (typeof stored === 'string') return refused(stored, false);
    // The new password ends the remembering of every device, this one included.
    const kept = without(facts, 'mustChange', 'remembered');
    // A login by a passkey alone proves no password, and choosing one is not the same as proving it.
    const isProof = context.kind !== 'login' || facts.password !== undefined;
    const password = isProof ? { password: { at: now, changedAt: now, since: now } } : {};
    const chosen = { ...kept, ...password, newPassword: { at: now } };
    if (account) {
      const all = await possessionOf(context.read, account.id);
      const has = facts.helpDesk ? ownFactors(all) : all;
      return accepted({ ...chosen, has }, changePassword(context, account, stored));
    }
    if (facts.person || !facts.account || !('hash' in stored))
      throw new Error('The step new-password requires a typed username, or an account that exists.');
    const row = newAccount(context, organisation, facts.account, stored);
    const person = { id: row.id, username: row.username };
    return accepted({ ...chosen, person, has: NOTHING }, [...spend(context), ...register(row, context)]);
  },
};

/**
 * Stores a new password in the portal, before the transaction that records it: the transaction can't wait for another system.
 * Returns the code of the refusal where the portal keeps its passwords to itself, has no such user any more, or another
 * submission is first.
 */
async function setInPortal(
  password: string,
  account: AccountRow,
  { portal }: StepContext,
): Promise<ChosenPassword | ProblemCode> {
  const user = await portal?.ownerOf(account);
  if (!portal?.setPassword || !user?.isActive) return 'not-allowed';
  try {
    return { changedAt: await portal.setPassword(user, account, password) };
  } catch (error) {
    if (error instanceof Conflict) return error.code;
    throw error;
  }
}

function usernameOf({ person, account }: Facts): string {
  return person?.username ?? account?.username ?? '';
}

/** Whether the new password may be the previous one. Only a reset allows this, and only if the policy does. */
function mayReuse({ kind }: StepContext, { policy }: OrganisationDefinition): boolean {
  return kind === 'reset' && policy.mayReusePassword;
}

/** Whether the new password is compared with the previous one. */
async function isComparing(context: StepContext, accountId: string): Promise<boolean> {
  return context.kind === 'login' || (await isCounting(context, accountId));
}

/** Whether the attempt is counted: the new password may be a guess of the previous one, and the cap is not reached. */
async function isCounting(context: StepContext, accountId: string): Promise<boolean> {
  const organisation = await context.organisation();
  if (mayReuse(context, organisation)) return false;
  const counter = await getCounter(context.read, newPasswordKey(accountId));
  return (counter?.hard ?? 0) < organisation.policy.locks.hard;
}

function weak(reason: NonNullable<Refused['refusal']['reason']>, counts: boolean): Refused {
  return { outcome: 'refused', refusal: { code: 'weak-password', reason }, counts };
}

function newAccount(
  { random, now }: StepContext,
  organisation: OrganisationDefinition,
  { username, key }: NonNullable<Facts['account']>,
  { hash, scheme }: StoredPassword,
): NewAccountRow {
  return {
    id: newRowId(random, now),
    organisation_id: organisation.id,
    username,
    username_key: key,
    name: null,
    email: username,
    password_hash: hash,
    password_scheme: scheme,
    password_changed_at: now,
    state: 'active',
    remember_for: null,
    created_at: now,
    // The link of the registration was sent to it.
    email_confirmed_at: now,
  };
}

/** Inserts the account together with its password, so no account exists for an address that was not confirmed. */
function register(row: NewAccountRow, { random }: StepContext): Effect[] {
  return [
    {
      lost: 'link-expired',
      apply: async (tx) => (await findAccount(tx, row.organisation_id, row.username_key)) === undefined,
    },
    effect((tx) => insertAccount(tx, row, random)),
  ];
}
