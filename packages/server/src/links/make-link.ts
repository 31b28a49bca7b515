import { hashToken, newRowId, newToken, type Random } from '../crypto/tokens.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { getAccount } from '../store/accounts.ts';
import type { Db, Tx } from '../store/database.ts';
import { findLink, insertLink, voidOlderLinks } from '../store/links.ts';
import type { AccountRow, LinkRow } from '../store/schema.ts';

/** What a mailed link is for. It is invalid for anything else (R12). */
export type LinkPurpose = LinkRow['purpose'];

const HOUR = 3_600_000;

/** R31: a reset lives an hour, an activation a day. In ms. */
const LINK_LIFE: Readonly<Record<LinkPurpose, number>> = {
  activate: 24 * HOUR,
  register: 24 * HOUR,
  reset: HOUR,
  unlock: HOUR,
};

/** The page of links of an organisation without pages of its own, below the base URL. */
const PAGE = '/account';

export interface LinkOptions {
  purpose: LinkPurpose;
  /** Null for a link that is not sent: unknown names cost the same work as known ones (R55). */
  accountId: string | null;
  organisation: Pick<OrganisationDefinition, 'id' | 'pages'>;
  /** The address of a registration, as it is compared; null where the account says where mail goes. */
  email?: string | null;
  /** The configured one, whatever address a request came to (R33). Without a slash at its end. */
  baseUrl: string;
  /** `helpdesk`: the help desk prints it, and the old factor is asked before the new password. */
  startedBy?: 'helpdesk';
  /** ms since the epoch. */
  now: number;
  random: Random;
}

export interface MadeLink {
  id: string;
  /** `<page>#mfa-<kind>=<token>`: a fragment never reaches a server or its log. A secret. */
  url: string;
  expiresAt: number;
}

/** A new link of 256 bits, and its row, which holds a hash of the token (R31). Nothing is stored yet. */
export function newLink(options: LinkOptions): { made: MadeLink; row: Omit<LinkRow, 'sealed' | 'mailed_at'> } {
  const { purpose, accountId, organisation, email = null, startedBy = null, now, random } = options;
  const token = newToken(random);
  const id = newRowId(random, now);
  const expiresAt = now + LINK_LIFE[purpose];
  const row = {
    id,
    token_hash: hashToken(token),
    purpose,
    account_id: accountId,
    organisation_id: organisation.id,
    email,
    created_at: now,
    expires_at: expiresAt,
    used_at: null,
    voided_at: null,
    request_key: null,
    started_by: startedBy,
  };
  return { made: { id, url: linkUrl(organisation, options.baseUrl, purpose, token), expiresAt }, row };
}

/**
 * Makes a link that is handed over on paper, and voids the older ones of the same purpose and account. It is shown once,
 * so it is never sent again.
 */
export async function makeLink(tx: Tx, options: LinkOptions): Promise<MadeLink> {
  const { made, row } = newLink(options);
  await insertLink(tx, row);
  await voidOlderLinks(tx, { ...row, until: Number.MAX_SAFE_INTEGER, now: options.now });
  return made;
}

function linkUrl({ pages }: LinkOptions['organisation'], baseUrl: string, purpose: LinkPurpose, token: string): string {
  return `${pages[purpose] ?? `${baseUrl}${PAGE}`}#mfa-${purpose}=${token}`;
}

/** What a mailed token is worth now. */
type FoundLink =
  /** No such token, or one of another purpose, which `link` then is: the two are one answer (R12). */
  | { found: 'nothing'; link: LinkRow | undefined }
  /** It was one, and can't be used any more. */
  | { found: 'expired'; link: LinkRow }
  /** `account` is undefined of a registration. */
  | { found: 'usable'; link: LinkRow; account: AccountRow | undefined };

/** Looks at a mailed token, and changes nothing (R32). `purpose` is the flow's kind; `now` in ms since the epoch. */
export async function usableLink(
  db: Db,
  { token, purpose, now }: { token: string; purpose: string; now: number },
): Promise<FoundLink> {
  const link = await findLink(db, hashToken(token));
  if (link?.purpose !== purpose) return { found: 'nothing', link };
  const inTime = link.used_at === null && link.voided_at === null && now < link.expires_at && now >= link.created_at;
  if (!inTime) return { found: 'expired', link };
  if (purpose === 'register') {
    return link.email === null ? { found: 'expired', link } : { found: 'usable', link, account: undefined };
  }
  const account = link.account_id === null ? undefined : await getAccount(db, link.organisation_id, link.account_id);
  // An account with a password resets it; an account without one chooses its first.
  const isMeant = account?.state === 'active' && (account.password_hash === null) === (purpose === 'activate');
  return account && isMeant ? { found: 'usable', link, account } : { found: 'expired', link };
}
