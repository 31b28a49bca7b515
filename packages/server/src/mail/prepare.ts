import { type Keyring, SealError } from '../crypto/keyring.ts';
import { openLink } from '../links/leave-mail.ts';
import type { Unsendable } from '../outbox/channel.ts';
import { openContent, type SealedData } from '../outbox/sealed-content.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import type { Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';
import type { OutboxRow } from '../store/schema.ts';
import type { CodeContent } from './leave-code-mail.ts';
import { oneLine } from './page.ts';
import { type MailData, mailAddress, type RenderedMail, renderMail, UnknownTemplateError } from './render.ts';

/** The email of an outbox row, ready to be sent. */
export interface PreparedMail extends RenderedMail {
  /** The recipient's address. */
  to: string;
  /** The sender's display name: the organisation's name. */
  from: string;
}

/** The dependencies of `prepareMail`. */
export interface PrepareDeps {
  read: Db;
  keyring: Pick<Keyring, 'open'>;
  baseUrl: string;
}

interface RowData extends MailData, SealedData {
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
    const sent = data.sealed === undefined ? undefined : openContent<CodeContent>(deps.keyring, row.id, data.sealed);
    // A code is for one address only. If the address of the account has changed, it is not sent.
    if (sent && sent.to !== to) return { not: 'drop' };
    const mail = renderMail({ row, data, organisation, account, to, link, code: sent, baseUrl });
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

/** Returns the data to keep in a row after its email was sent: everything except link and code (R59). */
export function withoutSecrets(row: Pick<OutboxRow, 'data'>): string {
  const { link: _link, sealed: _sealed, ...kept } = JSON.parse(row.data) as RowData;
  return JSON.stringify(kept);
}
