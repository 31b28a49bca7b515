import { mailLink } from '../../links/mail-link.ts';
import { requestKey } from '../../links/sending.ts';
import { mailAddress } from '../../mail/render.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import type { Tx } from '../../store/database.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type AccountRequest, type AdminDeps, noteVerb, targetOf } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';

/** Only who has no password yet can be let in by a link (D9); everybody else asks for a new password by themselves. */
export function checkInvitable({ state, password_hash, username }: AccountRow): void {
  if (state === 'disabled')
    throw new AdminError('not-possible', `The account "${username}" is disabled: enable it first.`);
  if (password_hash !== null) {
    throw new AdminError(
      'not-possible',
      `The account "${username}" was activated already: who forgot the password asks for a new one at the login.`,
    );
  }
}

/** What links of a purpose begin with, unless the organisation has a page of its own for them. @throws AdminError */
export function linkBase(
  { baseUrl }: Pick<AdminDeps, 'baseUrl'>,
  { pages }: OrganisationDefinition,
  purpose: 'activate' | 'reset' = 'activate',
): string {
  if (baseUrl !== undefined) return baseUrl;
  if (pages[purpose] !== undefined) return '';
  throw new AdminError(
    'not-possible',
    'Nobody said where links lead: set TWEESTAP_BASE_URL to the address of the server, for example https://portal.example.',
  );
}

export interface Invited {
  id: string;
  /** Where the mail goes. */
  to: string;
  /** RFC 3339: until when its link is good. */
  expiresAt: string;
}

/**
 * Mails a person the link that begins an account: password, authenticator, recovery codes (D9, K1, T1). The link is for
 * her alone, so it is not told here. A second invitation within 15 minutes sends the same link again, at the end of them; a
 * later one voids the older link (R31). @throws AdminError
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
  account: Pick<AccountRow, 'id' | 'username' | 'username_key' | 'email'>,
): Promise<Omit<Invited, 'id'> | undefined> {
  const { keyring, clock, random } = deps;
  const to = mailAddress(account, organisation);
  if (to === undefined) return undefined;
  const purpose = 'activate';
  const { expiresAt } = await mailLink(tx, {
    purpose,
    accountId: account.id,
    organisation,
    requestKey: requestKey({ purpose, organisationId: organisation.id, name: account.username_key }),
    baseUrl: linkBase(deps, organisation),
    keyring,
    now: clock(),
    random,
    voidsFresh: true,
  });
  return { to, expiresAt: new Date(expiresAt).toISOString() };
}
