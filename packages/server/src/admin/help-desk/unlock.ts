import { accountKeys, codeKey, passwordKey, recoveryKey } from '../../locks/locks.ts';
import { notify } from '../../notices/notify.ts';
import { getCounter, liftLock } from '../../store/counters.ts';
import type { Db } from '../../store/database.ts';
import { knownDevices } from '../../store/devices.ts';
import { type AccountRequest, type AdminDeps, lockedTargetOf, noteVerb } from '../request/admin-context.ts';

/** A hard cap that was reached (D7). What ends it: a new password, or a new authenticator. */
export type Cap = 'password-cap' | 'code-cap' | 'recovery-cap';

export interface Unlocked {
  id: string;
  /** How many soft locks or counts were lifted: of the password, of the codes and recovery codes, of known devices. */
  lifted: number;
  /** The hard caps that no unlocking lifts: until they are ended otherwise, the credential is refused. */
  remaining: Cap[];
}

/**
 * Lifts the soft locks of a user. The hard counters stay: lifting a lock again and again must not give a stranger more
 * guesses than the hard cap (D7); `remaining` says which of them still deny. @throws AdminError
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
    await noteVerb(tx, deps, request, { event: 'admin-unlock', ...where, detail: { lifted, remaining } });
    if (lifted > 0) await notify(tx, { notice: 'unlocked', ...where, at, random });
    return { id: account.id, lifted, remaining };
  });
}

/** The hard caps that an account has reached. */
async function capsOf(
  db: Db,
  account: { id: string; organisation_id: string; username_key: string },
  hard: number,
): Promise<Cap[]> {
  const counters = [
    ['password-cap', passwordKey(account.organisation_id, account.username_key)],
    ['code-cap', codeKey(account.id)],
    ['recovery-cap', recoveryKey(account.id)],
  ] as const;
  const caps: Cap[] = [];
  for (const [cap, key] of counters) if (((await getCounter(db, key))?.hard ?? 0) >= hard) caps.push(cap);
  return caps;
}
