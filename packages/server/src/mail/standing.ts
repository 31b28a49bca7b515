import { MAIL_INTERVAL_MS } from '../links/mail-link.ts';
import type { Standing } from '../outbox/channel.ts';
import type { Db } from '../store/database.ts';
import { getLink } from '../store/links.ts';
import { mailsOfRequest } from '../store/outbox.ts';
import type { OutboxRow } from '../store/schema.ts';

/**
 * Decides whether an email that is due is still to be sent (R31). Since it was queued, its link may have been used or
 * voided, or the previous email may have been delayed by an outage. A mailbox must get neither a link that no longer works
 * nor two emails for one request within 15 minutes.
 */
export async function standingOf(read: Db, row: OutboxRow, now: number): Promise<Standing> {
  const link = row.link_id === null ? undefined : await getLink(read, row.link_id);
  if (!link) return { send: 'now' };
  if (link.used_at !== null || link.voided_at !== null) return { send: 'never' };
  if (link.request_key === null) return { send: 'now' };
  const others = await mailsOfRequest(read, link.request_key, { id: row.id, sentSince: now - MAIL_INTERVAL_MS });
  // An earlier email with the same link is still waiting to be sent.
  if (others.some((other) => other.state === 'due' && other.link_id === link.id && isBefore(other, row))) {
    return { send: 'never' };
  }
  const lastSent = Math.max(...others.map(({ sent_at }) => sent_at ?? 0));
  return lastSent > now - MAIL_INTERVAL_MS ? { send: 'later', at: lastSent + MAIL_INTERVAL_MS } : { send: 'now' };
}

type Queued = Pick<OutboxRow, 'id' | 'created_at'>;

function isBefore(one: Queued, other: Queued): boolean {
  return one.created_at < other.created_at || (one.created_at === other.created_at && one.id < other.id);
}

const SECOND = 1000;
const FIRST_WAIT = 30 * SECOND;
const MAX_WAIT = 3600 * SECOND;

/**
 * The number of attempts after which an email becomes a dead letter. The waits double for the first hour and are one hour
 * each after that, forty hours in total.
 */
export const MAX_ATTEMPTS = 47;

/** Returns the wait before the next attempt, in ms: 30 s after the first attempt, doubling up to an hour. */
export function waitAfter(attempts: number): number {
  return Math.min(FIRST_WAIT * 2 ** Math.min(attempts - 1, 20), MAX_WAIT);
}
