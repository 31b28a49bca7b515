import type { Method } from '@tweestap/protocol';
import { notify } from '../../notices/notify.ts';
import type { Policy } from '../../organisations/schema.ts';
import { setCodesDue } from '../../store/accounts/accounts.ts';
import { resetCounter } from '../../store/counters.ts';
import type { Tx } from '../../store/database.ts';
import { endAllFactors, replaceDisabledFactors, replaceFactors } from '../../store/factors/end-factors.ts';
import { activeFactors, insertFactor } from '../../store/factors/factors.ts';
import { countUnspent, deleteRecoveryCodes } from '../../store/recovery-codes.ts';
import type { FactorRow, NewFactorRow } from '../../store/schema.ts';
import { sealData } from '../rules/factor.ts';
import type { Facts } from '../rules/facts.ts';
import { type Effect, effect, type StepContext } from '../rules/step-definition.ts';
import { revokeProofs } from './set-password.ts';

/** A factor whose enrolment was confirmed. */
export interface NewFactor {
  method: Method;
  /** The id of the new row. */
  factorId: string;
  /** The data of the row, by the schema of the factor's method. It is sealed by `bindFactor`. */
  data: unknown;
  /** The name that the user chose. Default: the default name of the method, with a number from the second factor on. */
  name?: string | undefined;
  /** A name that is used instead of the default name of the method, with a number if the user has it already. */
  label?: string | undefined;
  /** How the enrolment proved the factor (`Facts.factor.how`). */
  how?: string;
  /** A factor of another method that comes along with this one and ends with it (`companionOf`). */
  companion?: NewFactor;
  /** The masked phone number or email address, for the notice to the user. */
  to?: string;
  /** Unsealed columns of the row that the method uses. */
  columns?: Partial<Pick<FactorRow, 'last_step' | 'external_id' | 'secret' | 'sign_count'>>;
}

/**
 * The effects that enroll a confirmed factor and, under the policy `one`, end the earlier factors of its method. They are
 * applied in one transaction, or not at all (R11).
 * @throws Error when the flow does not know the user yet
 */
export function bindFactor(context: StepContext, policy: Policy, factor: NewFactor): Effect[] {
  const { facts } = context;
  if (!facts.person || facts.organisation === undefined)
    throw new Error('An enrolment began before the user was known.');
  const accountId = facts.person.id;
  const organisationId = facts.organisation;
  const account = { id: accountId, organisation_id: organisationId };
  const isByDesk = facts.factor?.desk === true;
  const isMove = facts.offerAccepted?.move === true;
  const bind = effect((tx) => addFactor(tx, context, { account, policy, factor, isByDesk, isMove }));
  return [bind, ...revokeProofs(accountId, context)];
}

type BindDeps = Pick<StepContext, 'keyring' | 'random' | 'registry' | 'now'>;

/** An enrolment to be written. */
export interface Enrolment {
  account: { id: string; organisation_id: string };
  policy: Pick<Policy, 'authenticators' | 'recoveryCodes'>;
  factor: NewFactor;
  /** M8: a user with a help-desk code has lost the old factors. They must not work for anyone who finds them. */
  isByDesk?: boolean;
  /** W1: the user moves from text messages to this method. */
  isMove?: boolean;
}

/**
 * Adds a confirmed factor, ends those that it replaces, and notifies the user (R82). The caller has locked the account, and revokes
 * the access that rests on the earlier factors.
 */
export async function addFactor(
  tx: Tx,
  deps: BindDeps,
  { account, policy, factor, isByDesk, isMove }: Enrolment,
): Promise<void> {
  const { random, registry, now } = deps;
  const { id: accountId, organisation_id: organisationId } = account;
  const { method, to, factorId } = factor;
  const { single } = registry.factor(method);
  const lost = isByDesk ? await endAllFactors(tx, accountId, 'lost', now) : 0;
  if (isByDesk) await deleteRecoveryCodes(tx, accountId);
  const disabled = await replaceDisabledFactors(tx, accountId, now);
  let replaced = 0;
  for (const each of [factor, factor.companion].filter((one) => one !== undefined)) {
    await insertFactor(tx, await rowOf(tx, deps, { ...each, accountId, organisationId }));
    const definition = registry.factor(each.method);
    const one = definition.single !== undefined || (policy.authenticators === 'one' && definition.several !== true);
    const where = { method: each.method, exceptId: each.factorId, now };
    if (one) replaced += await replaceFactors(tx, accountId, where);
  }
  const left = isMove ? await replaceFactors(tx, accountId, { method: 'sms', exceptId: factorId, now }) : 0;
  // Recovery codes stay due until the user keeps them. A user who leaves before that is offered codes again.
  await setCodesDue(tx, accountId, policy.recoveryCodes && (await countUnspent(tx, accountId)) === 0);
  // D7: an enrolment ends the hard cap. After a help-desk code it replaces all factors and recovery codes of the user.
  const methods = [method, factor.companion?.method];
  const ended = registry.factors.filter(
    (each) => methods.includes(each.method) || (isByDesk && each.role === 'backup'),
  );
  for (const { lock } of ended) if (lock) await resetCounter(tx, lock.key(accountId), now);
  const usual = replaced + lost + disabled + left > 0 ? 'factor-replaced' : 'factor-added';
  const notice = single && replaced > 0 ? single.notice : usual;
  const data = { method, ...(to === undefined ? {} : { to }) };
  await notify(tx, { notice, organisationId, accountId, at: now, random, data });
}

/**
 * The facts after an enrolment: the account has one more factor of the method, and of that of its companion. With a help-desk code
 * it has nothing else any more, as `addFactor` writes it; otherwise the next submission would be refused as outdated. Pure.
 */
export function withEnrolled(facts: Facts, { factorId, method, how, companion }: NewFactor, now: number): Facts {
  const { active: before = {}, recoveryCodes = 0 } = (facts.factor?.desk ? undefined : facts.has) ?? {};
  const active = { ...before, ...(facts.offerAccepted?.move ? { sms: 0 } : {}) };
  for (const added of companion ? [method, companion.method] : [method]) active[added] = (active[added] ?? 0) + 1;
  const has = { active, disabled: false, recoveryCodes };
  return { ...facts, has, enrolled: { factorId, at: now, method, ...(how === undefined ? {} : { how }) } };
}

async function rowOf(
  tx: Tx,
  { keyring, now, registry }: BindDeps,
  bound: NewFactor & { accountId: string; organisationId: string },
): Promise<NewFactorRow> {
  const { method, columns = {} } = bound;
  const definition = registry.factor(method);
  const owner = { id: bound.factorId, account_id: bound.accountId, organisation_id: bound.organisationId };
  const others = await activeFactors(tx, bound.accountId, method);
  const { defaultName = method } = definition;
  const usual = bound.label === undefined ? numbered(defaultName, others.length) : unused(bound.label, others);
  return {
    ...owner,
    method,
    name: bound.name ?? usual,
    data: sealData(definition, owner, bound.data, keyring),
    secret: '',
    state: 'active',
    last_step: -1,
    created_at: now,
    last_used_at: now,
    ended_at: null,
    ...columns,
  };
}

function numbered(name: string, others: number): string {
  return others === 0 ? name : `${name} ${others + 1}`;
}

function unused(label: string, others: readonly FactorRow[]): string {
  const taken = new Set(others.map(({ name }) => name));
  let count = 0;
  while (taken.has(numbered(label, count))) count += 1;
  return numbered(label, count);
}
