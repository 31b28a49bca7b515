import { lockAccount } from '../store/accounts.ts';
import type { Tx } from '../store/database.ts';
import { clearRemembered, forgetDevicesOfAccount } from '../store/devices.ts';
import { endFlowsOfAccount } from '../store/flows.ts';
import { deleteSessionsOfAccount } from '../store/sessions.ts';

/** How many of each were ended. */
export interface Revoked {
  sessions: number;
  devices: number;
  flows: number;
}

/** Why access is revoked. Devices are forgotten where their user may be another person, and stay known otherwise (R44). */
export type RevocationReason = 'proof-changed' | 'help-desk' | 'not-me' | 'disabled';

const FORGETS_DEVICES: ReadonlySet<RevocationReason> = new Set(['not-me', 'disabled']);

/**
 * Ends all that an account was let in with: open flows, remembered devices and sessions (R34, R39, R71). The one place for
 * this rule: a change of the password or of a factor, a recovery, the help desk, 'this was not me' and a disabled account all
 * come here. Locks the rows in the order of decision 0012: the account, its flows, its devices, its sessions.
 */
export async function revokeAccess(
  tx: Tx,
  accountId: string,
  options: {
    /** ms since the epoch. */
    now: number;
    reason: RevocationReason;
    /** The flow that does it, which goes on. */
    exceptFlow?: string | undefined;
    /** The hash of the id of the session that does it, which stays. */
    exceptSession?: string | undefined;
  },
): Promise<Revoked> {
  const { now, reason, exceptFlow, exceptSession } = options;
  await lockAccount(tx, accountId);
  const endDevices = FORGETS_DEVICES.has(reason) ? forgetDevicesOfAccount : clearRemembered;
  return {
    flows: await endFlowsOfAccount(tx, accountId, now, exceptFlow),
    devices: await endDevices(tx, accountId),
    sessions: await deleteSessionsOfAccount(tx, accountId, exceptSession),
  };
}
