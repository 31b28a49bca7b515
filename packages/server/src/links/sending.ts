import { createHash } from 'node:crypto';
import { countAttempt, getCounter } from '../store/counters.ts';
import type { Db, Tx } from '../store/database.ts';
import type { LinkPurpose } from './make-link.ts';

const DAY = 24 * 3_600_000;

/** Mails a day for one name, existing or not: nobody's mailbox is filled by somebody else (R50, R52). */
const MOST: Readonly<Record<Exclude<LinkPurpose, 'activate'>, number>> = { unlock: 3, reset: 5, register: 5 };

export interface Sending {
  purpose: keyof typeof MOST;
  organisationId: string;
  /** The name as it is compared. */
  key: string;
  /** ms since the epoch. */
  now: number;
}

/** One counter a name and day (UTC); the sweep takes those of past days by the start of their key. */
function keyOf({ purpose, organisationId, key, now }: Sending): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([organisationId, key]), 'utf8')
    .digest('base64url');
  return `mail.${Math.floor(now / DAY)}.${purpose}.${hash}`;
}

/** Seconds until a mail may be asked for again, or undefined where one may be now. */
export async function mailWait(db: Db, sending: Sending): Promise<number | undefined> {
  const until = (await getCounter(db, keyOf(sending)))?.locked_until ?? 0;
  return until > sending.now ? Math.ceil((until - sending.now) / 1000) : undefined;
}

/** Counts a mail; false when the day's are used up. */
export async function countMail(tx: Tx, sending: Sending): Promise<boolean> {
  const wait = DAY - (sending.now % DAY);
  const limit = { softLimit: MOST[sending.purpose], wait: { first: wait, max: wait } };
  return (await countAttempt(tx, { key: keyOf(sending), now: sending.now, ...limit })).counted;
}
