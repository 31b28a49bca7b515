import { mailLink } from '../links/mail-link.ts';
import { LINK_LIFE } from '../links/make-link.ts';
import { mailAddress } from '../mail/render.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { Tx } from '../store/database.ts';
import type { AccountRow } from '../store/schema.ts';
import { type AccountRequest, type AdminDeps, noteVerb, targetOf } from './admin-context.ts';
import { AdminError } from './admin-error.ts';
import { checkInvitable, linkBase } from './invitation.ts';

export interface Invited {
  id: string;
  /** Where the mail goes. */
  to: string;
  /** RFC 3339: until when its link is good. */
  expiresAt: string;
}

/**
 * Mails a person the link that begins an account: password, authenticator, recovery codes (D9, K1, T1). The link is for
 * her alone, so it is not told here. Inviting again voids the older link (R31). @throws AdminError
 */
export async function invite(deps: AdminDeps, request: AccountRequest): Promise<Invited> {
  return await deps.database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    checkInvitable(account);
    const invited = await mailInvitation(tx, deps, organisation, account);
    if (!invited) {
      throw new AdminError(
        'not-possible',
        `There is no mail address for "${account.username}": print a letter instead.`,
      );
    }
    const where = { organisationId: organisation.id, accountId: account.id };
    await noteVerb(tx, deps, request, { event: 'admin-invite', ...where });
    return { id: account.id, ...invited };
  });
}

/** Leaves the mail; undefined where there is no address. @throws AdminError where nobody said where links lead */
export async function mailInvitation(
  tx: Tx,
  deps: AdminDeps,
  organisation: OrganisationDefinition,
  account: Pick<AccountRow, 'id' | 'username' | 'email'>,
): Promise<Omit<Invited, 'id'> | undefined> {
  const { keyring, clock, random } = deps;
  const to = mailAddress(account, organisation);
  if (to === undefined) return undefined;
  const now = clock();
  const baseUrl = linkBase(deps, organisation);
  await mailLink(tx, { purpose: 'activate', accountId: account.id, organisation, baseUrl, keyring, now, random });
  return { to, expiresAt: new Date(now + LINK_LIFE.activate).toISOString() };
}
