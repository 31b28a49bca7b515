import { MAIL_INTERVAL_MS } from '../links/mail-link.ts';
import type { Db } from '../store/database.ts';
import { getLink } from '../store/links.ts';
import { mailsOfRequest } from '../store/outbox.ts';
import type { OutboxRow } from '../store/schema.ts';

/** Whether a mail leaves now. `at` in ms since the epoch. */
type Standing = { leaves: 'now' } | { leaves: 'never' } | { leaves: 'later'; at: number };

/**
 * Looks at the link of a mail that is due. A mail was queued with its time when it was asked for; since then its link may
 * have been used or voided, or the mail before it may have waited for a server that was away. Neither may leave a mailbox
 * with a link that no longer works, or with two mails of a request in 15 minutes.
 */
export async function standingOf(read: Db, row: OutboxRow, now: number): Promise<Standing> {
  const link = row.link_id === null ? undefined : await getLink(read, row.link_id);
  if (!link) return { leaves: 'now' };
  if (link.used_at !== null || link.voided_at !== null) return { leaves: 'never' };
  if (link.request_key === null) return { leaves: 'now' };
  const others = await mailsOfRequest(read, link.request_key, { id: row.id, sentSince: now - MAIL_INTERVAL_MS });
  // The earlier mail still tries to leave, with the same link.
  if (others.some((other) => other.state === 'due' && other.link_id === link.id && isBefore(other, row))) {
    return { leaves: 'never' };
  }
  const lastSent = Math.max(...others.map(({ sent_at }) => sent_at ?? 0));
  return lastSent > now - MAIL_INTERVAL_MS ? { leaves: 'later', at: lastSent + MAIL_INTERVAL_MS } : { leaves: 'now' };
}

type Queued = Pick<OutboxRow, 'id' | 'created_at'>;

function isBefore(one: Queued, other: Queued): boolean {
  return one.created_at < other.created_at || (one.created_at === other.created_at && one.id < other.id);
}

const SECOND = 1000;
const FIRST = 30 * SECOND;
const LONGEST = 3600 * SECOND;

/** Attempts after which a mail is a dead letter: an hour of doubling, then an hour each, forty hours in all. */
export const MOST_ATTEMPTS = 47;

/** ms until the next attempt, after that many: 30 s, doubling up to an hour. */
export function waitAfter(attempts: number): number {
  return Math.min(FIRST * 2 ** Math.min(attempts - 1, 20), LONGEST);
}

/** ms that a sender leaves a server alone that fails whatever it is sent: 2 s, doubling up to a minute. */
export function outageWait(failures: number): number {
  return Math.min(2 * SECOND * 2 ** Math.min(failures - 1, 10), 60 * SECOND);
}
