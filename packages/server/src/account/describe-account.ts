import { type Account, FEW_RECOVERY_CODES, type Session } from '@tweestap/protocol';
import { recognise } from '../devices/known-device.ts';
import { mayChangePassword } from '../directory/directory.ts';
import { openPasskey } from '../factors/passkey/factor.ts';
import { hasFactor } from '../flow/rules/factor.ts';
import { flowsFor, possessionOf } from '../flow/rules/possession.ts';
import { setUpDue, timeLeft } from '../organisations/policy.ts';
import { assuranceOfSession, otherSessions } from '../sessions/sessions.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import type { Db } from '../store/database.ts';
import { devicesOfAccount } from '../store/devices.ts';
import { activeFactors, allFactors, isCompanion } from '../store/factors/factors.ts';
import { installationsOf } from '../store/installations.ts';
import { getOrganisation } from '../store/organisations.ts';
import type { AccountRow, DeviceRow, FactorRow, InstallationRow, SessionRow } from '../store/schema.ts';
import { type AccountDeps, AccountError, type Caller } from './change-account.ts';

/** Returns a session as its user and the portal see it, or undefined if the account was deleted. */
export async function describeSession(read: Db, row: SessionRow): Promise<Session | undefined> {
  const account = await getAccount(read, row.organisation_id, row.account_id);
  if (!account) return undefined;
  const { amr, acr, factorTime, recovery } = assuranceOfSession(row);
  return {
    user: describeUser(account),
    amr,
    acr,
    authTime: instant(row.auth_time),
    ...(factorTime === null ? {} : { factorTime: instant(factorTime) }),
    recovery,
    expiresAt: instant(row.expires_at),
    ...(row.client === null ? {} : { client: row.client }),
  };
}

/** The user of an account in the format of the wire. */
export const describeUser = ({ id, organisation_id, username, name, external_id }: AccountRow): Session['user'] => ({
  id,
  organisation: organisation_id,
  username,
  ...(name === null ? {} : { name }),
  ...(external_id === null ? {} : { externalId: external_id }),
});

/** Formats milliseconds since the epoch as RFC 3339. */
export const instant = (at: number): string => new Date(at).toISOString();

/**
 * Returns the user's own account for the settings page. @throws AccountError `no-session` if the account was deleted
 */
export async function describeAccount(
  deps: AccountDeps,
  { session, deviceToken }: Pick<Caller, 'session' | 'deviceToken'>,
): Promise<Account> {
  const { read } = deps.database;
  const { account_id: id, organisation_id: organisationId } = session;
  const now = deps.clock();
  const [account, organisation, enrolled, has, devices, browser, others, installations] = await Promise.all([
    getAccount(read, organisationId, id),
    getOrganisation(read, organisationId),
    activeFactors(read, id),
    possessionOf(read, id),
    devicesOfAccount(read, id, now),
    recognise(read, deviceToken),
    otherSessions(read, session, now),
    installationsOf(read, id),
  ]);
  if (!account || !organisation) throw new AccountError('no-session');
  const { policy } = organisation;
  // Codes that come along with a phone are part of it.
  const factors = enrolled.filter((row) => !isCompanion(row));
  const { choices, default: usual } = policy.remember;
  const isRemovable = factors.length > 1 || setUpDue(policy, now) !== 'mandatory';
  const isOn = hasFactor(has);
  const deadline = timeLeft(policy, now)?.deadline;
  const here = browser.state === 'found' ? browser.browser.id : undefined;
  return {
    user: describeUser(account),
    factors: factors.map((factor) => ({ ...describeFactor(deps, factor), removable: isRemovable })),
    recoveryCodesLeft: has.recoveryCodes,
    recoveryCodesLow: isOn && policy.recoveryCodes && has.recoveryCodes <= FEW_RECOVERY_CODES,
    rememberFor: choices.find((choice) => choice === account.remember_for) ?? usual,
    rememberChoices: choices,
    devices: devices.map((device) => describeDevice(device, here)),
    installations: installations.map(describeInstallation),
    enrolment: { state: isOn ? 'on' : 'off', ...(deadline === undefined ? {} : { deadline: instant(deadline) }) },
    otherSessions: others,
    ...passkeySignals(await allFactors(read, id), deps.keyring),
    authenticators: policy.authenticators,
    setUpMethods: policy.methods.map(({ method }) => method),
    flows: flowsFor(has, policy, now).filter(
      (kind) => kind !== 'change-password' || mayChangePassword(account, deps.directory),
    ),
  };
}

/** An installation in the format of the wire. */
export function describeInstallation(row: InstallationRow): Account['installations'][number] {
  return {
    id: row.id,
    client: row.client,
    name: row.name,
    createdAt: instant(row.created_at),
    ...(row.last_used_at === null ? {} : { lastUsedAt: instant(row.last_used_at) }),
  };
}

function describeFactor(
  { factors, keyring }: AccountDeps,
  row: FactorRow,
): Omit<Account['factors'][number], 'removable'> {
  const { id, method, name } = row;
  return {
    id,
    method,
    name,
    createdAt: instant(row.created_at),
    ...(row.last_used_at === null ? {} : { lastUsedAt: instant(row.last_used_at) }),
    ...factors.find((factor) => factor.method === method)?.describe?.(row, keyring),
  };
}

/** What the browser needs to remove passkeys that the account no longer has, and to show the user's present name. */
function passkeySignals(rows: readonly FactorRow[], keyring: AccountDeps['keyring']): Pick<Account, 'passkeys'> {
  const own = rows.filter(({ method, data }) => method === 'passkey' && data !== null);
  const [newest] = own;
  if (!newest) return {};
  const { rpId, userHandle } = openPasskey(newest, keyring);
  const active = own.filter(({ state }) => state === 'active').map(({ external_id }) => external_id ?? '');
  return { passkeys: { rpId, userId: userHandle, credentialIds: active } };
}

function describeDevice(row: DeviceRow, here: string | undefined): Account['devices'][number] {
  return {
    id: row.id,
    name: row.name,
    lastUsedAt: instant(row.last_used_at),
    expiresAt: instant(row.remembered_until ?? row.last_used_at),
    current: row.browser_id === here,
  };
}
