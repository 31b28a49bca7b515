import { lockAccount } from '../store/accounts.ts';
import type { Tx } from '../store/database.ts';
import { clearRemembered } from '../store/devices.ts';
import { endFlowsOfAccount } from '../store/flows.ts';
import { voidLinks } from '../store/links.ts';
import { voidPasswordCode } from '../store/password-codes.ts';
import { deleteSessionsOfAccount } from '../store/sessions.ts';

/** How many of each died. */
export interface Revoked {
  sessions: number;
  devices: number;
  flows: number;
}

/** Voids the new password that the help desk started, on a letter or by a code. */
export async function voidStarted(tx: Tx, accountId: string, now: number): Promise<void> {
  await voidLinks(tx, accountId, now, 'reset', 'helpdesk');
  await voidPasswordCode(tx, accountId);
}

/**
 * Ends everything that an account was let in with: sessions, remembered devices, open flows (R34, R39). Devices stay known
 * (R44) unless `endDevices` forgets them. `devices` counts the ones that it ended.
 */
export async function revokeAll(
  tx: Tx,
  accountId: string,
  now: number,
  endDevices: (tx: Tx, accountId: string) => Promise<number> = clearRemembered,
): Promise<Revoked> {
  await lockAccount(tx, accountId);
  const flows = await endFlowsOfAccount(tx, accountId, now);
  return {
    flows,
    sessions: await deleteSessionsOfAccount(tx, accountId),
    devices: await endDevices(tx, accountId),
  };
}
