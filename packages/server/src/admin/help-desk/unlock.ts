import { accountKeys, codeKey, emailCodeKey, passwordKey, recoveryKey, smsKey } from '../../locks/locks.ts';
import { notify } from '../../notices/notify.ts';
import { getCounter, liftLock } from '../../store/counters.ts';
import type { Db } from '../../store/database.ts';
import { knownDevices } from '../../store/devices.ts';
import { type AccountRequest, type AdminDeps, lockedTargetOf, recordVerb } from '../request/admin-context.ts';

/** A hard cap that was reached (D7). A new password or a new factor ends it. */
export type Cap = 'password-cap' | 'code-cap' | 'recovery-cap';

/** The result of `unlock`. */
export interface Unlocked {
  /** The id of the account. */
  id: string;
  /** How many soft counters were reset: of the password, codes, recovery codes and known devices. */
  lifted: number;
  /** The hard caps that were reached. `unlock` does not lift them, so their credentials are still refused. */
  remaining: Cap[];
}

/**
 * Lifts the soft locks of an account. The hard counters stay, so that repeated unlocking gives a stranger no more
 * guesses than the hard cap (D7). @throws AdminError
 */
export async function unlock(deps: AdminDeps, request: AccountRequest): Promise<Unlocked> {
  const { database, clock, random } = deps;
  return await database.write(async (tx) => {
    const { organisation, account } = await lockedTargetOf(tx, request);
    const at = clock();
    const devices = await knownDevices(tx, account.id);
    let lifted = 0;
    for (const key of accountKeys(account, devices)) if (await liftLock(tx, key, at)) lifted += 1;
    const remaining = await capsOf(tx, account, organisation.policy.locks.hard);
    const where = { organisationId: organisation.id, accountId: account.id };
    await recordVerb(tx, deps, request, { event: 'admin-unlock', ...where, detail: { lifted, remaining } });
    if (lifted > 0) await notify(tx, { notice: 'unlocked', ...where, at, random });
    return { id: account.id, lifted, remaining };
  });
}

/** Returns the hard caps that an account has reached. */
async function capsOf(
  db: Db,
  account: { id: string; organisation_id: string; username_key: string },
  hard: number,
): Promise<Cap[]> {
  const counters = [
    ['password-cap', passwordKey(account.organisation_id, account.username_key)],
    ['code-cap', codeKey(account.id)],
    ['code-cap', smsKey(account.id)],
    ['code-cap', emailCodeKey(account.id)],
    ['recovery-cap', recoveryKey(account.id)],
  ] as const;
  const caps: Cap[] = [];
  for (const [cap, key] of counters) {
    if (!caps.includes(cap) && ((await getCounter(db, key))?.hard ?? 0) >= hard) caps.push(cap);
  }
  return caps;
}
