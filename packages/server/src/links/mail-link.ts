import type { Language } from '@tweestap/protocol';
import { type Keyring, SealError } from '../crypto/keyring.ts';
import type { Tx } from '../store/database.ts';
import { insertLink, lastLinkOf, repeatLink, unsealLink, voidOlderLinks } from '../store/links.ts';
import type { LinkRow } from '../store/schema.ts';
import { keepLink, keptLink, leaveLinkMail, type MailTo } from './leave-mail.ts';
import { type LinkOptions, type MadeLink, newLink } from './make-link.ts';

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

/** Each try that fails means that another request has committed a change, after which there is less left to do. */
const MAX_TRIES = 8;

interface MailLinkOptions extends LinkOptions {
  /** `requestKey`: requests with the same key get the same link for a while. */
  requestKey: string;
  keyring: Pick<Keyring, 'seal' | 'open'>;
  /** The language of the page where it was asked for; left out where nothing was asked for on a page. */
  language?: Language;
  /** Where the mail goes, unless that is the account of the link. */
  mail?: MailTo;
  /** The help desk decides which link is good: its new link voids every older one, fresh or not. */
  voidsFresh?: boolean;
}

/**
 * Mails a link: a new one, or within 15 minutes of a mail the same link again, so that a request of a stranger neither
 * voids the link that a user is about to follow nor fills a mailbox (R31). Link and mail stand or fall with the
 * transaction; of parallel requests one alone makes a link.
 */
export async function mailLink(tx: Tx, options: MailLinkOptions): Promise<{ expiresAt: number }> {
  const { requestKey, accountId, email = null, now } = options;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const last = await lastLinkOf(tx, requestKey);
    const plan = planMail(last, { account_id: accountId, email }, now);
    if (plan.send === 'nothing') return { expiresAt: plan.link.expires_at };
    const link = plan.send === 'again' ? opened(options, plan.link) : undefined;
    if (plan.send === 'again' && link) {
      if (!(await repeatLink(tx, { id: link.id, seen: plan.link.mailed_at, mailedAt: plan.at }))) continue;
      await leaveLinkMail(tx, { ...options, link, sendAfter: plan.at });
      return link;
    }
    const made = await replaceLink(tx, options, { last, mailedAt: plan.at });
    if (!made) continue;
    await leaveLinkMail(tx, { ...options, link: made, sendAfter: plan.at });
    return made;
  }
  throw new Error('The link of a request was changed by others at each try.');
}

/** The link to send again; undefined when the key that sealed it is gone. */
function opened({ keyring }: MailLinkOptions, { id, sealed, expires_at }: LinkRow): MadeLink | undefined {
  try {
    return { id, url: keptLink(keyring, id, sealed ?? ''), expiresAt: expires_at };
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

/** A new link in the place of the older ones; undefined when another request was first. */
async function replaceLink(
  tx: Tx,
  options: MailLinkOptions,
  { last, mailedAt }: { last: LinkRow | undefined; mailedAt: number },
): Promise<MadeLink | undefined> {
  const { requestKey, keyring, now, voidsFresh = false } = options;
  const { made, row } = newLink(options);
  const until = voidsFresh ? Number.MAX_SAFE_INTEGER : now - MAIL_INTERVAL_MS;
  const sealed = keepLink(keyring, made.id, made.url);
  // Only the link that was read: another request may have made one since then, which makes the insert fail.
  if (last) await unsealLink(tx, last);
  const isFirst = await insertLink(tx, { ...row, request_key: requestKey, sealed, mailed_at: mailedAt });
  if (!isFirst) return undefined;
  await voidOlderLinks(tx, { ...row, request_key: requestKey, until, now });
  return made;
}
