import type { Kind } from '@tweestap/protocol';
import { remembersFactor } from '../devices/known-device.ts';
import type { Policy } from '../organisations/schema.ts';
import { isLive } from '../sessions/sessions.ts';
import { holdAccount } from '../store/accounts.ts';
import type { Database, Tx } from '../store/database.ts';
import { holdDevice } from '../store/devices.ts';
import { type EnrolledFactor, enrolledFactors } from '../store/factors.ts';
import { getOrganisation } from '../store/organisations.ts';
import { holdSession } from '../store/sessions.ts';
import type { OpenFlow } from './context.ts';
import type { Registry } from './rules/factor.ts';
import type { Facts, PasswordProof, Possession } from './rules/facts.ts';
import type { Order } from './rules/next-step.ts';
import { activeOf, ownFactors, possessionOf, withoutDeskCode } from './rules/possession.ts';
import { Lost, Outdated, without } from './rules/step-definition.ts';

/*
 * A submission reads the account, its factors, the device and the policy, then waits for a hash or for the database.
 * What it read may be revoked by then. So everything that its result rests on is looked at again in the transaction
 * that makes the result (R92), in the order of row locks of decision 0012: the account before the flow, the rest after.
 */

export interface Submitted {
  row: OpenFlow['row'];
  /** What the flow knew before the submission. */
  before: Facts;
  /** What it would know from now on. */
  facts: Facts;
  /** Whether the submission ends the flow. */
  done: boolean;
  dialect: Database['dialect'];
  order: Order;
  registry: Registry;
  /** The time of the commit in ms since the epoch, not of the request: a submission may have waited for long. */
  now: number;
}

/**
 * Looks at the account again, and holds its row: a unit that revokes something of the account locks it first, and so runs
 * wholly before or wholly after this one. @throws Lost
 */
export async function recheckAccount(tx: Tx, submitted: Submitted): Promise<void> {
  const { row, before, facts, done, dialect, now } = submitted;
  if (now >= row.expires_at) throw new Lost('flow-expired');
  // The account of a registration is made by the submission itself; a login's password proof holds the row by its hash.
  const rests = before.person !== undefined || (done && !endsBeforeLogin(row.kind));
  if (!facts.person || !rests) return;
  const account = await holdAccount(tx, dialect, facts.person.id);
  const isProven = ({ changedAt }: PasswordProof): boolean =>
    // A flow that an older version began does not say: the change of a password has ended it in any case.
    changedAt === undefined || changedAt === account?.password_changed_at;
  if (account?.state === 'active' && passwordProofs(submitted).every(isProven)) return;
  if (row.kind === 'login') throw new Outdated('out-of-order', toPassword(before));
  throw new Lost('out-of-order');
}

/**
 * Looks at possession, factor, device, session and policy again. A lock needs no second look: it decides what is counted, and
 * a lock that later attempts set must not void the right answer that was counted before them.
 * @throws Lost; Outdated with the facts as they are, so that the flow asks what is due now
 */
export async function recheckProofs(tx: Tx, submitted: Submitted): Promise<void> {
  const { row, before, facts, done, dialect, now, order } = submitted;
  const { person, organisation: organisationId = '' } = facts;
  if (!person) return;
  if (facts.session !== undefined) {
    const session = await holdSession(tx, dialect, facts.session);
    if (!session || !isLive(session, now)) throw new Lost('no-session');
  }
  const known = before.has ?? facts.has;
  if (!known) return;
  const factors = await enrolledFactors(tx, person.id);
  const gone: (keyof Facts)[] = [];
  if (!(await doesFactorStand(tx, submitted, person.id, factors))) gone.push('factor', 'enrolled');
  const hasChanged =
    methodsIn(known.active) !== methodsIn(activeOf(factors)) ||
    known.disabled !== factors.some(({ state }) => state === 'disabled');
  let isDue = false;
  if (done || facts.remembered) {
    const policy = (await getOrganisation(tx, organisationId))?.policy;
    if (!policy || !(await isDeviceRemembered(tx, submitted, policy))) gone.push('remembered');
    isDue = !policy || (done && order.nextStep(row.kind, facts, policy, now) !== 'done');
  }
  if (gone.length === 0 && !hasChanged && !isDue) return;
  const has = before.has && hasNow(row.kind, before, await possessionOf(tx, person.id));
  throw new Outdated('out-of-order', { ...without(before, ...gone), ...(has ? { has } : {}) });
}

/** The methods that an account has a usable factor of. */
function methodsIn(active: Possession['active']): string {
  const methods = Object.entries(active).filter(([, count]) => count > 0);
  return methods
    .map(([method]) => method)
    .sort()
    .join();
}

/** What an account has for a flow of that kind; a new password that the help desk started takes own factors alone (R83). */
function hasNow(kind: Kind, { helpDesk }: Facts, all: Possession): Possession {
  return helpDesk ? ownFactors(all) : withoutDeskCode(kind, all);
}

/** The proofs of the stored password. A submission that sets a new one rests on those before it. */
function passwordProofs({ before, facts }: Submitted): PasswordProof[] {
  const { password, confirmed } = facts.newPassword === before.newPassword ? facts : before;
  return [password, confirmed].filter((proof) => proof !== undefined);
}

function toPassword({ organisation, account, returnTo }: Facts): Facts {
  return {
    ...(organisation === undefined ? {} : { organisation }),
    ...(account === undefined ? {} : { account }),
    ...(returnTo === undefined ? {} : { returnTo }),
  };
}

/**
 * Whether the factor that an earlier submission of this flow has proven or bound is still the account's. What this very
 * submission proves is spent by a conditional update of its own. A new authenticator replaces what it was bound by.
 */
async function doesFactorStand(
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

/** R37, R39: the row is there, its time is not over, and the policy of today allows it. */
async function isDeviceRemembered(tx: Tx, { facts, dialect, now }: Submitted, policy: Policy): Promise<boolean> {
  const { remembered, person } = facts;
  if (!remembered || !person) return true;
  const device = await holdDevice(tx, dialect, { id: remembered.deviceId, accountId: person.id });
  return device !== undefined && remembersFactor(device, policy, now) !== undefined;
}

/** D9: who only held a mailed link is not logged in; what comes next is the login. */
export function endsBeforeLogin(kind: Kind): boolean {
  return ['activate', 'reset', 'unlock', 'register'].includes(kind);
}
