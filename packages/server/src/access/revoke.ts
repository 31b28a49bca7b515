import { idsOfAccount } from '../store/accounts/accounts.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import type { Tx } from '../store/database.ts';
import { clearRemembered, forgetDevicesOfAccount } from '../store/devices.ts';
import { endFlowsOfAccount } from '../store/flows.ts';
import { deleteInstallationsOfAccount } from '../store/installations.ts';
import { endPushLinks } from '../store/push/push-links.ts';
import { endPushRequests } from '../store/push/push-requests.ts';
import { deleteSessionsOfAccount } from '../store/sessions.ts';
import { signal, signalEndedSessions } from '../store/signals.ts';

/** How many sessions, installations, devices and open flows were ended. */
export interface Revoked {
  /** Ended sessions. */
  sessions: number;
  /** Removed installations of clients. */
  installations: number;
  /** Devices that are no longer remembered, or are forgotten. */
  devices: number;
  /** Open flows that were ended. */
  flows: number;
}

/**
 * Why access is revoked. For `not-me` and `disabled`, devices are forgotten, because an attacker may use them.
 * Otherwise they stay known (R44).
 */
export type RevocationReason = 'proof-changed' | 'help-desk' | 'not-me' | 'disabled';

const FORGETS_DEVICES: ReadonlySet<RevocationReason> = new Set(['not-me', 'disabled']);

/**
 * Ends the open flows, remembered devices, installations and sessions of an account (R34, R39, R71, R94). This rule is
 * implemented only here. It applies to a change of the password or of a factor, a recovery, the help desk, 'this was not me' and a
 * disabled account. Locks the rows in the order of decision 0012: the account, its flows, its devices and
 * installations, its sessions.
 */
export async function revokeAccess(
  tx: Tx,
  accountId: string,
  options: {
    /** ms since the epoch. */
    now: number;
    reason: RevocationReason;
    /** The flow that causes the revocation; it continues. Default: none. */
    exceptFlow?: string | undefined;
    /** The hash of the id of the session that causes the revocation; it stays. Default: none. */
    exceptSession?: string | undefined;
  },
): Promise<Revoked> {
  const { now, reason, exceptFlow, exceptSession } = options;
  await lockAccount(tx, accountId);
  // R34: requests that wait on a phone, approvals that no flow has used, and phones that are being linked end too.
  await endPushRequests(tx, accountId, exceptFlow);
  await endPushLinks(tx, accountId, now, exceptFlow);
  signal(tx, `ended.${accountId}`);
  const account = await idsOfAccount(tx, accountId);
  if (account) signalEndedSessions(tx, account, { reason, keepsOne: exceptSession !== undefined });
  const endDevices = FORGETS_DEVICES.has(reason) ? forgetDevicesOfAccount : clearRemembered;
  return {
    flows: await endFlowsOfAccount(tx, accountId, now, exceptFlow),
    devices: await endDevices(tx, accountId),
    // R94: the key of an installation replaces a factor, as a remembered device does, so it ends in the same cases.
    installations: await deleteInstallationsOfAccount(tx, accountId),
    sessions: await deleteSessionsOfAccount(tx, accountId, exceptSession),
  };
}
