import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { AccountRow } from '../store/schema.ts';
import type { AdminDeps } from './admin-context.ts';
import { AdminError } from './admin-error.ts';

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
