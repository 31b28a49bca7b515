import { hasPassword } from '../../accounts/password-hash.ts';
import { mailLink } from '../../links/mail-link.ts';
import { requestKey } from '../../links/sending.ts';
import { mailAddress } from '../../mail/render.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import type { Tx } from '../../store/database.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type AccountRequest, type AdminDeps, recordVerb, targetOf } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';

/**
 * Checks that an account may be invited. Only an account without a password can be activated by a link (D9). Other
 * users request a new password at the login. @throws AdminError `not-possible`
 */
export function checkInvitable(account: AccountRow): void {
  const { state, username } = account;
  if (state === 'disabled')
    throw new AdminError('not-possible', `The account "${username}" is disabled: enable it first.`);
  if (hasPassword(account)) {
    throw new AdminError(
      'not-possible',
      `The account "${username}" was activated already: a user who forgot the password requests a new one at the login.`,
    );
  }
}

/**
 * Returns the base address for links of a purpose, or '' if only the organisation has a page for them.
 * @throws AdminError `not-possible` if there is neither
 */
export function linkBase(
  { baseUrl }: Pick<AdminDeps, 'baseUrl'>,
  { pages }: OrganisationDefinition,
  purpose: 'activate' | 'reset' = 'activate',
): string {
  if (baseUrl !== undefined) return baseUrl;
  if (pages[purpose] !== undefined) return '';
  throw new AdminError(
    'not-possible',
    'TWEESTAP_BASE_URL is missing: set it to the address of the server, for example https://portal.example.',
  );
}

/** A sent invitation. */
export interface Invited {
  /** The id of the account. */
  id: string;
  /** The address to which the email is sent. */
  to: string;
  /** RFC 3339: when the link expires. */
  expiresAt: string;
}

/**
 * Sends a user the activation link, which leads to password, authenticator and recovery codes (D9, K1, T1). The link is
 * secret, so it is not returned. A second invitation within 15 minutes sends the same link again when the 15 minutes
 * have passed. A later invitation voids the older link (R31). @throws AdminError
 */
export async function invite(deps: AdminDeps, request: AccountRequest): Promise<Invited> {
  return await deps.database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    checkInvitable(account);
    const invited = await mailInvitation(tx, deps, organisation, account);
    if (!invited) {
      throw new AdminError(
        'not-possible',
        `The account "${account.username}" has no email address: print a letter instead.`,
      );
    }
    const where = { organisationId: organisation.id, accountId: account.id };
    await recordVerb(tx, deps, request, { event: 'admin-invite', ...where });
    return { id: account.id, ...invited };
  });
}

/**
 * Puts the invitation into the outbox. Returns undefined if the account has no address. @throws AdminError without a
 * base address
 */
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
