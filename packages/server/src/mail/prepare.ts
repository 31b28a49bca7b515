import { type Keyring, SealError } from '../crypto/keyring.ts';
import { openLink } from '../links/leave-mail.ts';
import { getAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';
import { newestMessages } from '../store/outbox.ts';
import type { OutboxRow } from '../store/schema.ts';
import { oneLine } from './page.ts';
import { type MailData, mailAddress, type RenderedMail, renderMail, UnknownTemplateError } from './render.ts';

/** A row of the outbox, ready to leave. */
export interface PreparedMail extends RenderedMail {
  to: string;
  /** The organisation's name, as the sender's. */
  from: string;
}

/** Why a row does not leave: `drop` it is nobody's, `dead` somebody has to look, `later` this instance can't. */
type Unsendable = { not: 'drop' } | { not: 'dead' | 'later'; error: string };

export interface PrepareDeps {
  read: Db;
  keyring: Pick<Keyring, 'open'>;
  baseUrl: string;
}

interface RowData extends MailData {
  /** Sealed (`links/seal-link.ts`). */
  link?: string;
  /** The address of a registration: there is no account yet. */
  to?: string;
  /** The address that was stored before it changed: it is notified as well. Never one that a request gave (R33). */
  formerAddress?: string;
}

/** Finds where a row goes and makes its mail, with the link in it. Changes nothing. */
export async function prepareMail(deps: PrepareDeps, row: OutboxRow): Promise<PreparedMail | Unsendable> {
  const { read, baseUrl } = deps;
  const data = JSON.parse(row.data) as RowData;
  const organisation = await getOrganisation(read, row.organisation_id);
  const account = row.account_id === null ? undefined : await getAccount(read, row.organisation_id, row.account_id);
  if (!organisation || (row.account_id === null ? data.to === undefined : !account)) return { not: 'drop' };
  // R33: whatever a request said, mail goes to the stored address; a row's own only where there is no account.
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

/** A link that is past its time is not worth sending: the person would only learn that. */
export function isPast(row: Pick<OutboxRow, 'data'>, now: number): boolean {
  const { expiresAt } = JSON.parse(row.data) as RowData;
  return expiresAt !== undefined && Date.parse(expiresAt) <= now;
}

/** What may stay of a row once its mail has left: everything but the link (R59). */
export function withoutLink(row: Pick<OutboxRow, 'data'>): string {
  const { link: _, ...kept } = JSON.parse(row.data) as RowData;
  return JSON.stringify(kept);
}

/** A message as its reader sees it, or would see it. */
export interface OutboxMessage {
  id: string;
  channel: 'mail';
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The addresses in it, the one that it is about first. */
  links: string[];
  /** RFC 3339: when it was left. */
  at: string;
}

/** The messages that wait or have left. */
export interface Outbox {
  /**
   * The newest first, at most `limit` (100). For developing without a mail server: links stand in them as they are, so
   * whoever may read this can use them. A message that has left has lost its link (R59).
   */
  messages(options?: { limit?: number }): Promise<OutboxMessage[]>;
}

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
