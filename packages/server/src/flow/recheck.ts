import type { Kind } from '@tweestap/protocol';
import { remembersFactor } from '../devices/known-device.ts';
import { mayChangePassword } from '../directory/directory.ts';
import type { Policy } from '../organisations/schema.ts';
import { isLive } from '../sessions/sessions.ts';
import { holdAccount } from '../store/accounts/hold-account.ts';
import type { Database, Tx } from '../store/database.ts';
import { holdDevice } from '../store/devices.ts';
import { type EnrolledFactor, enrolledFactors } from '../store/factors/possession.ts';
import { installationsOf } from '../store/installations.ts';
import { getOrganisation } from '../store/organisations.ts';
import { holdSession } from '../store/sessions.ts';
import type { OpenFlow } from './context.ts';
import { acceptedClient, acceptedHandOver } from './rules/accepted.ts';
import type { Registry } from './rules/factor.ts';
import type { Facts, PasswordProof, Possession } from './rules/facts.ts';
import type { Order } from './rules/next-step.ts';
import { activeOf, ownFactors, possessionOf, withoutDeskCode } from './rules/possession.ts';
import { Conflict, Outdated, without } from './rules/step-definition.ts';

/*
 * A submission reads the account, its factors, the device and the policy, then waits for a hash or for the database.
 * Meanwhile anything that it read may be revoked. Therefore everything that its result depends on is checked again in the
 * transaction that writes the result (R92). The order of row locks is that of decision 0012: the account before the flow,
 * everything else after it.
 */

/** A submission as it is checked again before its commit. */
export interface Submitted {
  row: OpenFlow['row'];
  /** The facts before the submission. */
  before: Facts;
  /** The facts after the submission. */
  facts: Facts;
  /** Whether the submission ends the flow. */
  done: boolean;
  dialect: Database['dialect'];
  /** The users of the portal, if it has a directory. */
  directory: { setPassword?: unknown } | undefined;
  order: Order;
  registry: Registry;
  /** The time of the commit in ms since the epoch. It may be long after the time of the request. */
  now: number;
}

/**
 * Checks the account again and locks its row. A transaction that revokes something of the account locks the same row first, so
 * it runs completely before or completely after this one. @throws Conflict
 */
export async function recheckAccount(tx: Tx, submitted: Submitted): Promise<void> {
  const { row, before, facts, done, dialect, now, directory } = submitted;
  if (now >= row.expires_at) throw new Conflict('flow-expired');
  // The account of a registration is created by the submission itself. The password proof of a login locks the row itself.
  const isChecked = before.person !== undefined || (done && !endsBeforeLogin(row.kind));
  if (!facts.person || !isChecked) return;
  const account = await holdAccount(tx, dialect, facts.person.id);
  const isProven = ({ changedAt }: PasswordProof): boolean =>
    // A flow that an older version began has no `changedAt`. A change of the password has ended such a flow anyway.
    changedAt === undefined || changedAt === account?.password_changed_at;
  if (account?.state === 'active' && passwordProofs(submitted).every(isProven)) {
    const isMarked =
      row.kind === 'login' && account.must_change_password === 1 && mayChangePassword(account, directory);
    // The mark was set since the account was read. The new password removes it in this transaction.
    if (isMarked && !facts.mustChange && !facts.newPassword) {
      throw new Outdated('out-of-order', before.person ? { ...before, mustChange: true } : before);
    }
    return;
  }
  // The password was checked by the portal, so there is no step to which this login could go back.
  if (before.begun) throw new Conflict('flow-expired');
  if (row.kind === 'login') throw new Outdated('out-of-order', factsBeforePassword(before));
  throw new Conflict('out-of-order');
}

/**
 * Checks possession, factor, device, session and policy again. A lock is not checked again: it applies when an attempt is
 * counted, and a lock that later attempts set must not refuse a correct input that was counted before them.
 * @throws Conflict, or Outdated with the present facts, so the flow shows the step that is due now
 */
export async function recheckProofs(tx: Tx, submitted: Submitted): Promise<void> {
  const { row, before, facts, done, dialect, now, order } = submitted;
  const { person, organisation: organisationId = '' } = facts;
  if (!person) return;
  if (facts.session !== undefined) {
    const session = await holdSession(tx, dialect, facts.session);
    if (!session || !isLive(session, now)) throw new Conflict('no-session');
  }
  const known = before.has ?? facts.has;
  if (!known) return;
  const factors = await enrolledFactors(tx, person.id);
  const gone: (keyof Facts)[] = [];
  if (!(await isFactorStillValid(tx, submitted, person.id, factors))) gone.push('factor', 'enrolled');
  const hasChanged =
    methodsIn(known.active) !== methodsIn(activeOf(factors)) ||
    known.disabled !== factors.some(({ state }) => state === 'disabled');
  let isDue = false;
  if (done || facts.remembered || facts.client || facts.handOver) {
    const policy = (await getOrganisation(tx, organisationId))?.policy;
    if (!policy || !(await isClientAccepted(tx, submitted, policy))) gone.push('client');
    if (!policy || !(await isDeviceRemembered(tx, submitted, policy))) gone.push('remembered');
    if (!policy || !isHandOverAccepted(facts, policy)) gone.push('handOver');
    isDue = !policy || (done && order.nextStep(row.kind, facts, policy, now) !== 'done');
  }
  if (gone.length === 0 && !hasChanged && !isDue) return;
  // Without a password, the proof was the whole login. Nothing of it is left.
  if (gone.includes('factor') && row.kind === 'login' && before.password === undefined) {
    throw new Outdated('out-of-order', factsBeforePassword(before));
  }
  const has = before.has && presentPossession(row.kind, before, await possessionOf(tx, person.id));
  const code = gone.includes('client') ? 'bad-client' : 'out-of-order';
  throw new Outdated(code, { ...without(before, ...gone), ...(has ? { has } : {}) });
}

/** The methods of which an account has a usable factor, as a text that can be compared. */
function methodsIn(active: Possession['active']): string {
  const methods = Object.entries(active).filter(([, count]) => count > 0);
  return methods
    .map(([method]) => method)
    .sort()
    .join();
}

/** The possession for a flow of that kind. A password reset that the help desk started accepts only own factors (R83). */
function presentPossession(kind: Kind, { helpDesk }: Facts, all: Possession): Possession {
  return helpDesk ? ownFactors(all) : withoutDeskCode(kind, all);
}

/** The proofs of the stored password. A submission that sets a new password depends on the proofs before it. */
function passwordProofs({ before, facts }: Submitted): PasswordProof[] {
  const { password, confirmed } = facts.newPassword === before.newPassword ? facts : before;
  return [password, confirmed].filter((proof) => proof !== undefined);
}

function factsBeforePassword({ organisation, account, returnTo, assertion }: Facts): Facts {
  return {
    ...(assertion === undefined ? {} : { assertion }),
    ...(organisation === undefined ? {} : { organisation }),
    ...(account === undefined ? {} : { account }),
    ...(returnTo === undefined ? {} : { returnTo }),
  };
}

/**
 * Whether the factor that an earlier submission of this flow has proven or enrolled is still valid. A factor that this
 * submission proves is checked by its own conditional update. After an enrolment only the new factor is checked, because it
 * may have replaced the proven one.
 */
async function isFactorStillValid(
  tx: Tx,
  { before: { factor, enrolled }, registry }: Submitted,
  accountId: string,
  factors: readonly EnrolledFactor[],
): Promise<boolean> {
  const isActive = (id: string): boolean => factors.some((row) => row.id === id && row.state === 'active');
  if (enrolled) return isActive(enrolled.factorId);
  if (!factor) return true;
  const { stands } = registry.factor(factor.method);
  return stands ? await stands(tx, accountId, factor) : isActive(factor.id);
}

/** R37, R39: whether the device row exists, is still valid and is allowed by the present policy. */
async function isDeviceRemembered(tx: Tx, { facts, dialect, now }: Submitted, policy: Policy): Promise<boolean> {
  const { remembered, person } = facts;
  if (!remembered || !person) return true;
  const device = await holdDevice(tx, dialect, { id: remembered.deviceId, accountId: person.id });
  return device !== undefined && remembersFactor(device, policy, now) !== undefined;
}

/** R94: whether the present policy accepts the client's key, and the installation that proved it still exists. */
async function isClientAccepted(tx: Tx, { facts: { client, person } }: Submitted, policy: Policy): Promise<boolean> {
  if (!client) return true;
  if (!acceptedClient(client, policy)) return false;
  const { installation } = client;
  if (!installation) return true;
  const rows = await installationsOf(tx, installation.account);
  return installation.account === person?.id && rows.some(({ id }) => id === installation.id);
}

/** K11: whether the present policy accepts the system that handed the user over, for all that it has proven. */
function isHandOverAccepted({ handOver }: Facts, policy: Policy): boolean {
  return !handOver || acceptedHandOver(handOver, policy) === handOver.proves;
}

/** D9: whether a flow of that kind ends without a session. A mailed link alone never logs a user in; the login follows. */
export function endsBeforeLogin(kind: Kind): boolean {
  return ['activate', 'reset', 'unlock', 'register'].includes(kind);
}
