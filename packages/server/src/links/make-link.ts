import { hasPassword } from '../accounts/password-hash.ts';
import { hashToken, newRowId, newToken, type Random } from '../crypto/tokens.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import type { Db, Tx } from '../store/database.ts';
import { findLink, insertLink, voidOlderLinks } from '../store/links.ts';
import type { AccountRow, LinkRow } from '../store/schema.ts';

/** The purpose of a mailed link. The link is invalid for any other purpose (R12). */
export type LinkPurpose = LinkRow['purpose'];

const HOUR = 3_600_000;

/** How long a link is valid, in ms (R31). */
const LINK_LIFE: Readonly<Record<LinkPurpose, number>> = {
  activate: 24 * HOUR,
  register: 24 * HOUR,
  reset: HOUR,
  unlock: HOUR,
};

/** The path of the page that links lead to, below the base URL, for an organisation without pages of its own. */
const DEFAULT_PATH = '/account';

/** What a new link is made from. */
export interface LinkOptions {
  /** What the link is for. */
  purpose: LinkPurpose;
  /** Null for a link that is not sent, which is made so that unknown usernames cost the same work (R55). */
  accountId: string | null;
  /** The organisation, with its pages that links lead to. */
  organisation: Pick<OrganisationDefinition, 'id' | 'pages'>;
  /** The address of a registration, in normalised form; null by default, and if mail goes to the account's address. */
  email?: string | null;
  /** The configured base URL, never the host of a request (R33). It has no slash at its end. */
  baseUrl: string;
  /** `helpdesk`: the help desk started the reset, so the flow asks for the old factor before the new password. */
  startedBy?: 'helpdesk';
  /** In ms since the epoch. */
  now: number;
  /** The source of the token and the row id. */
  random: Random;
}

/** A new link. */
export interface MadeLink {
  /** The id of its row. */
  id: string;
  /** `<page>#mfa-<kind>=<token>`, a secret. A fragment never reaches a server or its log. */
  url: string;
  /** In ms since the epoch. */
  expiresAt: number;
}

/** Makes a link with a token of 256 bits, and its row with the hash of the token (R31). The caller stores the row. */
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
 * Makes and stores a link that is handed over on paper, and voids the older links of the same purpose and account. Its URL
 * is not stored, so it can't be sent again.
 */
export async function makeLink(tx: Tx, options: LinkOptions): Promise<MadeLink> {
  const { made, row } = newLink(options);
  await insertLink(tx, row);
  await voidOlderLinks(tx, { ...row, until: Number.MAX_SAFE_INTEGER, now: options.now });
  return made;
}

function linkUrl({ pages }: LinkOptions['organisation'], baseUrl: string, purpose: LinkPurpose, token: string): string {
  return `${pages[purpose] ?? `${baseUrl}${DEFAULT_PATH}`}#mfa-${purpose}=${token}`;
}

/** Whether a mailed token is valid now. */
type FoundLink =
  /** No such token, or one of another purpose. `link` is set then, but the response is the same (R12). */
  | { found: 'nothing'; link: LinkRow | undefined }
  /** A token of this purpose that can no longer be used. */
  | { found: 'expired'; link: LinkRow }
  /** A valid token. `account` is undefined for a registration. */
  | { found: 'usable'; link: LinkRow; account: AccountRow | undefined };

/** Checks a mailed token and changes nothing (R32). `purpose` is the flow's kind, `now` is in ms since the epoch. */
export async function usableLink(
  db: Db,
  { token, purpose, now }: { token: string; purpose: string; now: number },
): Promise<FoundLink> {
  const link = await findLink(db, hashToken(token));
  if (link?.purpose !== purpose) return { found: 'nothing', link };
  const isCurrent = link.used_at === null && link.voided_at === null && now < link.expires_at && now >= link.created_at;
  if (!isCurrent) return { found: 'expired', link };
  if (purpose === 'register') {
    return link.email === null ? { found: 'expired', link } : { found: 'usable', link, account: undefined };
  }
  const account = link.account_id === null ? undefined : await getAccount(db, link.organisation_id, link.account_id);
  // A reset requires an account with a password, an activation one without.
  const isForAccount = account?.state === 'active' && hasPassword(account) === (purpose !== 'activate');
  return account && isForAccount ? { found: 'usable', link, account } : { found: 'expired', link };
}
