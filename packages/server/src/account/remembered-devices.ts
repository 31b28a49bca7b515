import type { Duration } from '@tweestap/protocol';
import { recognise } from '../devices/known-device.ts';
import { setRememberFor } from '../store/accounts/accounts.ts';
import type { Tx } from '../store/database.ts';
import { forgetDevice as deleteDevice, deviceOf, devicesOnBrowser, forgetDevicesOfAccount } from '../store/devices.ts';
import { getOrganisation } from '../store/organisations.ts';
import { type AccountDeps, AccountError, type Caller, changeAccount, recordAndNotify } from './change-account.ts';

/**
 * Sets for how long devices are remembered at future logins.
 * @throws AccountError `no-session`, or `not-allowed` for a duration that the policy does not offer
 */
export async function changeRememberFor(deps: AccountDeps, caller: Caller, rememberFor: Duration): Promise<void> {
  const { organisation_id: organisationId, account_id: accountId } = caller.session;
  const organisation = await getOrganisation(deps.database.read, organisationId);
  // R37: only durations of the policy are allowed. The wire format accepts more than those.
  const choices: readonly Duration[] = organisation?.policy.remember.choices ?? [];
  if (!choices.includes(rememberFor)) throw new AccountError('not-allowed');
  await changeAccount(deps, caller, (tx) => setRememberFor(tx, accountId, rememberFor));
}

/** Forgets one device of the account. @throws AccountError `no-session` or `not-found` */
export async function forgetDevice(deps: AccountDeps, caller: Caller, deviceId: string): Promise<void> {
  const isForgotten = await changeAccount(deps, caller, async (tx) => {
    if (!(await deleteDevice(tx, caller.session.account_id, deviceId))) return false;
    await recordAndNotify(deps, tx, caller, 'device-forgotten');
    return true;
  });
  if (!isForgotten) throw new AccountError('not-found');
}

/** Forgets all devices of the account. @throws AccountError `no-session` */
export async function forgetDevices(deps: AccountDeps, caller: Caller): Promise<void> {
  await changeAccount(deps, caller, async (tx) => {
    if ((await forgetDevicesOfAccount(tx, caller.session.account_id)) === 0) return;
    await recordAndNotify(deps, tx, caller, 'device-forgotten');
  });
}

/**
 * R41a: forgets the user on the browser of the request. Other users of a shared computer stay remembered (R36). Returns
 * whether the browser no longer knows any account.
 */
export async function forgetOnBrowser(
  deps: Pick<AccountDeps, 'clock' | 'random'>,
  tx: Tx,
  caller: Caller,
): Promise<boolean> {
  const { account_id: accountId } = caller.session;
  const browser = await recognise(tx, caller.deviceToken);
  if (browser.state !== 'found') return false;
  const { id } = browser.browser;
  const device = await deviceOf(tx, id, accountId);
  if (!device || !(await deleteDevice(tx, accountId, device.id))) return false;
  // A device that was known but not remembered gave no access, so the user needs no notice.
  const isRemembered = device.remembered_until !== null && device.remembered_until > deps.clock();
  if (isRemembered) await recordAndNotify(deps, tx, caller, 'device-forgotten');
  return (await devicesOnBrowser(tx, id)).length === 0;
}
