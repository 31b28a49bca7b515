import type { Language } from '@tweestap/protocol';
import { type Keyring, SealError } from '../crypto/keyring.ts';
import type { Tx } from '../store/database.ts';
import { insertLink, lastLinkOf, repeatLink, unsealLink, voidOlderLinks } from '../store/links.ts';
import type { LinkRow } from '../store/schema.ts';
import { leaveLinkMail, type MailTo } from './leave-mail.ts';
import { MAIL_INTERVAL_MS, planMail } from './mail-plan.ts';
import { type LinkOptions, type MadeLink, newLink } from './make-link.ts';
import { keepLink, keptLink } from './seal-link.ts';

/** Each try that fails means that another request has committed a change, after which there is less left to do. */
const MAX_TRIES = 8;

export interface MailLinkOptions extends LinkOptions {
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
