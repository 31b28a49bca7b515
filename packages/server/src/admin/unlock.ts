import { notify } from '../flow/journal.ts';
import { accountKeys } from '../locks/keys.ts';
import { liftLock } from '../store/counters.ts';
import { knownDevices } from '../store/devices.ts';
import { type AccountRequest, type AdminDeps, noteVerb, targetOf } from './admin-context.ts';

export interface Unlocked {
  id: string;
  /** How many soft locks or counts were lifted: of the password, of the codes and recovery codes, of known devices. */
  lifted: number;
}

/**
 * Lifts the soft locks of a person. The hard counters stay: lifting a lock again and again must not give a stranger more
 * guesses than the hard cap (D7). @throws AdminError
 */
export async function unlock(deps: AdminDeps, request: AccountRequest): Promise<Unlocked> {
  const { database, clock, random } = deps;
  return await database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const at = clock();
    const devices = await knownDevices(tx, account.id);
    let lifted = 0;
    for (const key of accountKeys(account, devices)) if (await liftLock(tx, key, at)) lifted += 1;
    const where = { organisationId: organisation.id, accountId: account.id };
    await noteVerb(tx, deps, request, { event: 'admin-unlock', ...where, detail: { lifted } });
    if (lifted > 0) await notify(tx, { notice: 'unlocked', ...where, at, random });
    return { id: account.id, lifted };
  });
}
