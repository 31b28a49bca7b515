import { type Keyring, SealError } from '../crypto/keyring.ts';
import { openLink } from '../links/leave-mail.ts';
import { getAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';
import { newestMessages } from '../store/outbox.ts';
import type { OutboxRow } from '../store/schema.ts';
import { oneLine } from './page.ts';
import { type MailData, mailAddress, type RenderedMail, renderMail, UnknownTemplateError } from './render.ts';

/** The email of an outbox row, ready to be sent. */
export interface PreparedMail extends RenderedMail {
  /** The recipient's address. */
  to: string;
  /** The sender's display name: the organisation's name. */
  from: string;
}

/**
 * Why a row can't be sent. `drop`: it has no recipient and is deleted. `dead`: it needs an administrator. `later`: this
 * instance can't send it, but another may.
 */
type Unsendable = { not: 'drop' } | { not: 'dead' | 'later'; error: string };

/** The dependencies of `prepareMail`. */
export interface PrepareDeps {
  read: Db;
  keyring: Pick<Keyring, 'open'>;
  baseUrl: string;
}

interface RowData extends MailData {
  /** The sealed link (`links/leave-mail.ts`). */
  link?: string;
  /** The address of a registration, which has no account yet. */
  to?: string;
  /** The stored address before a change, which is notified as well. Never an address from a request (R33). */
  formerAddress?: string;
}

/** Finds the recipient of a row and renders its email, with the link. Reads only. */
export async function prepareMail(deps: PrepareDeps, row: OutboxRow): Promise<PreparedMail | Unsendable> {
  const { read, baseUrl } = deps;
  const data = JSON.parse(row.data) as RowData;
  const organisation = await getOrganisation(read, row.organisation_id);
  const account = row.account_id === null ? undefined : await getAccount(read, row.organisation_id, row.account_id);
  if (!organisation || (row.account_id === null ? data.to === undefined : !account)) return { not: 'drop' };
  // R33: an email goes to the stored address, whatever the row contains. The row's own address is used only without an
  // account.
  const to = account ? (data.formerAddress ?? mailAddress(account, organisation)) : data.to;
  if (to === undefined) return { not: 'dead', error: 'no-address' };
  try {
    const link = data.link === undefined ? undefined : openLink(deps.keyring, row.id, data.link);
    const mail = renderMail({ row, data, organisation, account, to, link, baseUrl });
    return { ...mail, to, from: oneLine(organisation.name) };
  } catch (error) {
    if (error instanceof SealError) return { not: 'dead', error: 'sealed' };
    if (error instanceof UnknownTemplateError) return { not: 'later', error: error.code };
    throw error;
  }
}

/** Returns whether the link of a row has expired, so that the email is not sent. */
export function isPast(row: Pick<OutboxRow, 'data'>, now: number): boolean {
  const { expiresAt } = JSON.parse(row.data) as RowData;
  return expiresAt !== undefined && Date.parse(expiresAt) <= now;
}

/** Returns the data to keep in a row after its email was sent: everything except the link (R59). */
export function withoutLink(row: Pick<OutboxRow, 'data'>): string {
  const { link: _, ...kept } = JSON.parse(row.data) as RowData;
  return JSON.stringify(kept);
}

/** A message of the outbox, as its recipient sees it. */
export interface OutboxMessage {
  /** The id of the outbox row. */
  id: string;
  /** How the message is sent. */
  channel: 'mail';
  /** The recipient's address. */
  to: string;
  subject: string;
  /** The text part. */
  text: string;
  /** The HTML part: a complete document. */
  html: string;
  /** The addresses in the message, the most important one first. */
  links: string[];
  /** When the message was queued (RFC 3339). */
  at: string;
}

/** The messages that are waiting or were sent. */
export interface Outbox {
  /**
   * Returns the newest messages first, at most `limit` (default 100). For development without a mail server. The messages
   * contain working links, so anyone who can read them can use the links. A sent message no longer has its link (R59).
   */
  messages(options?: { limit?: number }): Promise<OutboxMessage[]>;
}

/** Returns the read access to the outbox that `createTweestap` offers. */
export function createOutbox(deps: PrepareDeps & { read: Db }): Outbox {
  return {
    async messages({ limit = 100 } = {}) {
      const found: OutboxMessage[] = [];
      for (const row of await newestMessages(deps.read, limit)) {
        const mail = await prepareMail(deps, row);
        if ('not' in mail) continue;
        const { to, subject, text, html, links } = mail;
        const at = new Date(row.created_at).toISOString();
        found.push({ id: row.id, channel: 'mail', to, subject, text, html, links, at });
      }
      return found;
    },
  };
}
