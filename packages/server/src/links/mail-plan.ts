import type { LinkRow } from '../store/schema.ts';

const MINUTE = 60_000;

/** At most one mail of a request leaves in this time, and a link that was mailed in it is not voided by a request (R31). */
export const MAIL_INTERVAL_MS = 15 * MINUTE;
/** A request that follows a mail this soon is answered by that mail. */
const SAME_REQUEST_MS = MINUTE;
/** A link is sent again only if it is good for at least this long after its mail has left. */
const MIN_LIFE_MS = 15 * MINUTE;

/** What becomes of a request for a link. Times in ms since the epoch. */
export type MailPlan =
  /** A mail with this link has just left, or one is queued. */
  { send: 'nothing'; link: LinkRow } | { send: 'again'; link: LinkRow; at: number } | { send: 'new'; at: number };

/** For whom a link is made. */
export type LinkOwner = Pick<LinkRow, 'account_id' | 'email'>;

/** Decides by the link that was mailed last for the same request. Pure. */
export function planMail(last: LinkRow | undefined, owner: LinkOwner, now: number): MailPlan {
  if (last === undefined || last.mailed_at === null) return { send: 'new', at: now };
  const next = last.mailed_at + MAIL_INTERVAL_MS;
  if (!canBeSentAgain(last, owner, now)) {
    // A queued mail of a link that is used or void does not leave: its time is free.
    const free = last.mailed_at > now ? last.mailed_at : next;
    // A clock that was wrong for a moment must not hold mails up for longer than a right one.
    return { send: 'new', at: Math.min(Math.max(now, free), now + MAIL_INTERVAL_MS) };
  }
  if (now >= next) return { send: 'new', at: now };
  if (now < last.mailed_at + SAME_REQUEST_MS) return { send: 'nothing', link: last };
  return next + MIN_LIFE_MS <= last.expires_at ? { send: 'again', link: last, at: next } : { send: 'new', at: next };
}

function canBeSentAgain(link: LinkRow, { account_id, email }: LinkOwner, now: number): boolean {
  const isUnused = link.used_at === null && link.voided_at === null && link.sealed !== null;
  const isInTime = now >= link.created_at && now < link.expires_at;
  // An account may have come or gone under the same name meanwhile.
  return isUnused && isInTime && link.account_id === account_id && link.email === email;
}
