import { createHash } from 'node:crypto';
import { recordAudit } from '../audit/record.ts';
import { passwordKeys } from '../locks/locks.ts';
import { notify } from '../notices/notify.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import { countAttempt, getCounter, liftLock } from '../store/counters.ts';
import type { Db } from '../store/database.ts';
import { knownDevices } from '../store/devices.ts';
import type { Owner, PushCaller, PushDeps } from './push-context.ts';
import { PushError } from './push-context.ts';

const DAY = 24 * 3_600_000;
/** The number of unlocks by a phone in a day (R50). */
const MAX_UNLOCKS = 3;

/** The key of the counter of a day (UTC). Its prefix is swept with that of mailed links. */
function keyOf(accountId: string, now: number): string {
  const hash = createHash('sha256').update(accountId, 'utf8').digest('base64url');
  return `mail.${Math.floor(now / DAY)}.push-unlock.${hash}`;
}

/** How often a phone may still unlock the account today. */
export async function unlocksLeft(read: Db, accountId: string, now: number): Promise<number> {
  const counter = await getCounter(read, keyOf(accountId, now));
  return Math.max(0, MAX_UNLOCKS - (counter?.hard ?? 0));
}

/**
 * Lifts the soft lock of the password for the user of a linked phone, at most three times a day. The hard count stays (D7), and
 * no session is made (R50). Nothing is counted when nothing is locked. @throws PushError `throttled`
 */
export async function unlockByPush(
  { database, clock, random }: PushDeps,
  { account, organisation }: Owner,
  caller: PushCaller,
): Promise<void> {
  const now = clock();
  const where = { organisationId: organisation.id, accountId: account.id };
  await database.write(async (tx) => {
    await lockAccount(tx, account.id);
    const keys = passwordKeys(account, await knownDevices(tx, account.id));
    const counters = await Promise.all(keys.map((key) => getCounter(tx, key)));
    if (!counters.some((counter) => counter && counter.locked_until > now)) return;
    const wait = DAY - (now % DAY);
    const limit = { softLimit: Number.MAX_SAFE_INTEGER, hardLimit: MAX_UNLOCKS, wait: { first: wait, max: wait } };
    const { counted } = await countAttempt(tx, { key: keyOf(account.id, now), now, ...limit });
    if (!counted) throw new PushError('throttled', Math.ceil(wait / 1000));
    for (const key of keys) await liftLock(tx, key, now);
    const { address, correlationId } = caller;
    await recordAudit(
      tx,
      { ...where, event: 'push-unlock', result: 'ok', method: 'push', at: now, address, correlationId },
      random,
    );
    await notify(tx, { notice: 'unlocked', ...where, at: now, random });
  });
}
