import type { Language } from '@tweestap/protocol';
import { type Keyring, SealError } from '../crypto/keyring.ts';
import type { Tx } from '../store/database.ts';
import { insertLink, lastLinkOf, repeatLink, unsealLink, voidOlderLinks } from '../store/links.ts';
import type { LinkRow } from '../store/schema.ts';
import { leaveLinkMail, type MailTo, openStoredLink, sealStoredLink } from './leave-mail.ts';
import { type LinkOptions, type MadeLink, newLink } from './make-link.ts';

const MINUTE = 60_000;

/** In ms. At most one mail of a request is sent in this time, and no request voids a link that was mailed in it (R31). */
export const MAIL_INTERVAL_MS = 15 * MINUTE;
/** In ms. A request this soon after a mail sends nothing more. */
const SAME_REQUEST_MS = MINUTE;
/** In ms. A link is sent again only if it is valid for at least this long after the mail. */
const MIN_LIFE_MS = 15 * MINUTE;

/** What a request for a link sends. `at` is the time of the mail, in ms since the epoch. */
export type MailPlan =
  /** `nothing`: a mail with this link was just sent or is queued. */
  { send: 'nothing'; link: LinkRow } | { send: 'again'; link: LinkRow; at: number } | { send: 'new'; at: number };

/** The account or the address for which a link is made. */
export type LinkOwner = Pick<LinkRow, 'account_id' | 'email'>;

/** Decides what to send, from the link that was mailed last for the same request. The function is pure. */
export function planMail(last: LinkRow | undefined, owner: LinkOwner, now: number): MailPlan {
  if (last === undefined || last.mailed_at === null) return { send: 'new', at: now };
  const next = last.mailed_at + MAIL_INTERVAL_MS;
  if (!canBeSentAgain(last, owner, now)) {
    // A queued mail is not sent if its link is used or void, so the new mail may take its time.
    const free = last.mailed_at > now ? last.mailed_at : next;
    // Bounded, so a clock that was wrong for a moment doesn't delay mail for longer than the interval.
    return { send: 'new', at: Math.min(Math.max(now, free), now + MAIL_INTERVAL_MS) };
  }
  if (now >= next) return { send: 'new', at: now };
  if (now < last.mailed_at + SAME_REQUEST_MS) return { send: 'nothing', link: last };
  return next + MIN_LIFE_MS <= last.expires_at ? { send: 'again', link: last, at: next } : { send: 'new', at: next };
}

function canBeSentAgain(link: LinkRow, { account_id, email }: LinkOwner, now: number): boolean {
  const isUnused = link.used_at === null && link.voided_at === null && link.sealed !== null;
  const isCurrent = now >= link.created_at && now < link.expires_at;
  // An account with the same username may have been created or deleted since.
  return isUnused && isCurrent && link.account_id === account_id && link.email === email;
}

/** Each failed attempt means that another request has committed a change, so a few attempts are enough. */
const MAX_ATTEMPTS = 8;

interface MailLinkOptions extends LinkOptions {
  /** The result of `requestKey`. Requests with the same key share a link for a while. */
  requestKey: string;
  keyring: Pick<Keyring, 'seal' | 'open'>;
  /** The language of the page that requested the link; absent if no page did. */
  language?: Language;
  /** The recipient, if it is not the account of the link. */
  mail?: MailTo;
  /** Whether the new link also voids links that were mailed recently. The help desk's links do. */
  voidsFresh?: boolean;
}

/**
 * Mails a new link, or within 15 minutes of a mail the same link again. A stranger's request therefore neither voids the
 * link that a user is about to follow nor fills a mailbox (R31). Link and mail are part of the transaction. Of parallel
 * requests only one makes a link.
 * @returns when the link expires, in ms since the epoch
 */
export async function mailLink(tx: Tx, options: MailLinkOptions): Promise<{ expiresAt: number }> {
  const { requestKey, accountId, email = null, now } = options;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const last = await lastLinkOf(tx, requestKey);
    const plan = planMail(last, { account_id: accountId, email }, now);
    if (plan.send === 'nothing') return { expiresAt: plan.link.expires_at };
    const link = plan.send === 'again' ? reopenLink(options, plan.link) : undefined;
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
  throw new Error(`The link of a request still had conflicts with other requests after ${MAX_ATTEMPTS} attempts.`);
}

/** The link to send again; undefined if the key that sealed it is missing. */
function reopenLink({ keyring }: MailLinkOptions, { id, sealed, expires_at }: LinkRow): MadeLink | undefined {
  try {
    return { id, url: openStoredLink(keyring, id, sealed ?? ''), expiresAt: expires_at };
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

/** Makes a new link that replaces the older ones; returns undefined if another request was first. */
async function replaceLink(
  tx: Tx,
  options: MailLinkOptions,
  { last, mailedAt }: { last: LinkRow | undefined; mailedAt: number },
): Promise<MadeLink | undefined> {
  const { requestKey, keyring, now, voidsFresh = false } = options;
  const { made, row } = newLink(options);
  const until = voidsFresh ? Number.MAX_SAFE_INTEGER : now - MAIL_INTERVAL_MS;
  const sealed = sealStoredLink(keyring, made.id, made.url);
  // Only the link that was read is cleared. If another request has made a link since, the insert fails.
  if (last) await unsealLink(tx, last);
  const isFirst = await insertLink(tx, { ...row, request_key: requestKey, sealed, mailed_at: mailedAt });
  if (!isFirst) return undefined;
  await voidOlderLinks(tx, { ...row, request_key: requestKey, until, now });
  return made;
}
