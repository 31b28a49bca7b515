import type { Language } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import { newRowId, type Random } from '../crypto/tokens.ts';
import { leaveMessage } from '../notices/notify.ts';
import type { Tx } from '../store/database.ts';
import type { LinkPurpose, MadeLink } from './make-link.ts';

/*
 * The token of a mailed link opens an account. The link is stored sealed (R59): in the outbox until its mail has left, and
 * beside its hash for as long as another request sends it again. Each sealed text is bound to its row.
 */

const mailBinding = (outboxId: string): string[] => ['outbox-link', outboxId];
const linkBinding = (linkId: string): string[] => ['link', linkId];

/** The link as a row of the outbox holds it, in its `data.link`. */
export function sealLink(keyring: Pick<Keyring, 'seal'>, outboxId: string, url: string): string {
  return keyring.seal(url, mailBinding(outboxId));
}

/** The link of a row of the outbox, for its mail. @throws SealError when it is another row's, or of a key that is gone */
export function openLink(keyring: Pick<Keyring, 'open'>, outboxId: string, sealed: string): string {
  return Buffer.from(keyring.open(sealed, mailBinding(outboxId))).toString('utf8');
}

/** The link as its own row holds it, in `sealed`. */
export function keepLink(keyring: Pick<Keyring, 'seal'>, linkId: string, url: string): string {
  return keyring.seal(url, linkBinding(linkId));
}

/** The link of a row of links, to be mailed again. @throws SealError when it is another row's, or of a key that is gone */
export function keptLink(keyring: Pick<Keyring, 'open'>, linkId: string, sealed: string): string {
  return Buffer.from(keyring.open(sealed, linkBinding(linkId))).toString('utf8');
}

/** The mail that carries a link, by what the link is for. */
const templates = { activate: 'activation', reset: 'reset', unlock: 'unlock', register: 'registration' } as const;

/** `data` of an outbox row that carries a link, as JSON. */
interface LinkMailData {
  /** Sealed; `openLink` with the row's id opens it. Taken out once the mail has left. */
  link: string;
  /** RFC 3339: until when the link is good. */
  expiresAt: string;
  /** The language of the page where it was asked for; absent where nothing was asked for on a page. */
  language?: Language;
  /** Where to send it: a registration has no account yet. All other mail goes to the account's stored address (R33). */
  to?: string;
}

/** Where a mail goes whose link belongs to no account. */
export type MailTo =
  /** A typed address that has no account yet, as it is compared. */
  | { address: string }
  /** An account that is told that it exists already, in a mail without the link. */
  | { accountId: string; template: 'registration-existing' };

interface LinkMail {
  link: MadeLink;
  purpose: LinkPurpose;
  /** Of the link; null for one that is not sent. */
  accountId: string | null;
  organisation: { id: string };
  mail?: MailTo;
  language?: Language;
  keyring: Pick<Keyring, 'seal'>;
  /** ms since the epoch. */
  now: number;
  sendAfter: number;
  random: Random;
}

/** Leaves the mail that carries a link, with the transaction that made the link. */
export async function leaveLinkMail(tx: Tx, mail: LinkMail): Promise<void> {
  const { link, purpose, organisation, language, keyring, now, sendAfter, random } = mail;
  const to = mail.mail ?? { accountId: mail.accountId };
  const id = newRowId(random, now);
  const data: LinkMailData = {
    link: sealLink(keyring, id, link.url),
    expiresAt: new Date(link.expiresAt).toISOString(),
    ...(language === undefined ? {} : { language }),
    ...('address' in to ? { to: to.address } : {}),
  };
  await leaveMessage(tx, {
    id,
    organisationId: organisation.id,
    accountId: 'accountId' in to ? to.accountId : null,
    template: 'template' in to ? to.template : templates[purpose],
    data,
    at: now,
    sendAfter,
    linkId: link.id,
  });
}
