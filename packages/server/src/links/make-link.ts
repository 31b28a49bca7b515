import { hashToken, newId, newToken, type Random } from '../crypto/tokens.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { Tx } from '../store/database.ts';
import { insertLink, voidLinks, voidRegistrations } from '../store/links.ts';
import type { LinkRow } from '../store/schema.ts';

/** What a mailed link is for. It does for nothing else (R12). */
export type LinkPurpose = LinkRow['purpose'];

const HOUR = 3_600_000;

/** R31: a reset lives an hour, an activation a day. In ms. */
export const LINK_LIFE: Readonly<Record<LinkPurpose, number>> = {
  activate: 24 * HOUR,
  register: 24 * HOUR,
  reset: HOUR,
  unlock: HOUR,
};

/** Where links lead that no organisation leads elsewhere, below the base URL. */
const PAGE = '/account';

export interface LinkOptions {
  purpose: LinkPurpose;
  /** Null for a link that nobody gets: unknown people cost the same work as known ones (R55). */
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

/**
 * Makes a link of 256 bits, of which the database keeps a hash (R31), and voids the older ones of the same purpose and
 * person.
 */
export async function makeLink(tx: Tx, options: LinkOptions): Promise<MadeLink> {
  const { purpose, accountId, organisation, email = null, startedBy = null, now, random } = options;
  const token = newToken(random);
  const id = newId(random);
  const expiresAt = now + LINK_LIFE[purpose];
  if (accountId === null) await voidRegistrations(tx, organisation.id, email ?? '', now);
  else await voidLinks(tx, accountId, now, purpose, startedBy);
  await insertLink(tx, {
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
    started_by: startedBy,
  });
  return { id, url: linkUrl(organisation, options.baseUrl, purpose, token), expiresAt };
}

function linkUrl({ pages }: LinkOptions['organisation'], baseUrl: string, purpose: LinkPurpose, token: string): string {
  return `${pages[purpose] ?? `${baseUrl}${PAGE}`}#mfa-${purpose}=${token}`;
}
