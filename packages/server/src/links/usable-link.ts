import { hashToken } from '../crypto/tokens.ts';
import { getAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import { findLink } from '../store/links.ts';
import type { AccountRow, LinkRow } from '../store/schema.ts';

/** What a mailed token is worth now. */
export type FoundLink =
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
