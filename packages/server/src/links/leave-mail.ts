import type { Language } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import { newRowId, type Random } from '../crypto/tokens.ts';
import { leaveMessage } from '../outbox/leave-message.ts';
import type { Tx } from '../store/database.ts';
import type { LinkPurpose, MadeLink } from './make-link.ts';

/*
 * The token of a mailed link gives access to an account, so the link is stored sealed (R59). The outbox has it until its
 * mail is sent. The row of the link has it as long as another request may send it again. Each sealed text is bound to its
 * row.
 */

const mailBinding = (outboxId: string): string[] => ['outbox-link', outboxId];
const linkBinding = (linkId: string): string[] => ['link', linkId];

/** Seals a link for `data.link` of an outbox row. */
export function sealLink(keyring: Pick<Keyring, 'seal'>, outboxId: string, url: string): string {
  return keyring.seal(url, mailBinding(outboxId));
}

/** Opens the link of an outbox row, for its mail. @throws SealError if it is of another row or its key is missing */
export function openLink(keyring: Pick<Keyring, 'open'>, outboxId: string, sealed: string): string {
  return Buffer.from(keyring.open(sealed, mailBinding(outboxId))).toString('utf8');
}

/** Seals a link for the column `sealed` of its own row. */
export function sealStoredLink(keyring: Pick<Keyring, 'seal'>, linkId: string, url: string): string {
  return keyring.seal(url, linkBinding(linkId));
}

/** Opens the link of its own row, to mail it again. @throws SealError if it is of another row or its key is missing */
export function openStoredLink(keyring: Pick<Keyring, 'open'>, linkId: string, sealed: string): string {
  return Buffer.from(keyring.open(sealed, linkBinding(linkId))).toString('utf8');
}

/** The template of the mail that contains a link, by the purpose of the link. */
const templates = { activate: 'activation', reset: 'reset', unlock: 'unlock', register: 'registration' } as const;

/** The column `data` of an outbox row that contains a link, as JSON. */
interface LinkMailData {
  /** The link, sealed by `sealLink` with the row's id. It is removed once the mail is sent. */
  link: string;
  /** When the link expires (RFC 3339). */
  expiresAt: string;
  /** The language of the page that requested the link; absent if no page did. */
  language?: Language;
  /** The address of a registration, which has no account yet. Other mail goes to the account's stored address (R33). */
  to?: string;
}

/** The recipient of a mail whose link belongs to no account. */
export type MailTo =
  /** A typed address without an account, in normalised form. */
  | { address: string }
  /** An existing account, whose user gets a mail without a link that says that the account exists. */
  | { accountId: string; template: 'registration-existing' };

interface LinkMail {
  link: MadeLink;
  purpose: LinkPurpose;
  /** The account of the link; null for a link that is not sent. */
  accountId: string | null;
  organisation: { id: string };
  mail?: MailTo;
  language?: Language;
  keyring: Pick<Keyring, 'seal'>;
  /** In ms since the epoch. */
  now: number;
  /** The time before which the mail is not sent, in ms since the epoch. */
  sendAfter: number;
  random: Random;
}

/** Adds the mail with a link to the outbox, in the transaction that makes the link. */
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
