import { searchAccounts } from '../../store/help-desk/account-search.ts';
import { type AdminDeps, type AdminRequest, organisationOf, recordVerb } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';

/** Maximum number of users in one result. */
const MAX_RESULTS = 20;

/** The request of `search`. */
export interface SearchRequest extends AdminRequest {
  /** The id of the organisation. */
  organisation: string;
  /** The beginning of a username, name, surname or address: 1 to 200 characters. */
  query: string;
  /** The ids of the accounts that may be found. Default: all accounts of the organisation. */
  only?: readonly string[];
}

/** One result of `search`. */
export interface UserFound {
  /** The id of the account. */
  id: string;
  /** The username as it was entered when the account was added. */
  username: string;
  /** The user's name, if it is known. */
  name?: string;
  /** The address for email, if there is one. */
  email?: string;
  /** Whether the account is active or disabled. */
  state: 'active' | 'disabled';
}

/**
 * Lists at most 20 users; `more` is true if there are others. The audit does not record the query. @throws AdminError
 */
export async function search(deps: AdminDeps, request: SearchRequest): Promise<{ users: UserFound[]; more: boolean }> {
  const query = request.query.normalize('NFC').trim();
  if (query === '' || query.length > 200) {
    throw new AdminError('bad-request', 'query must have 1 to 200 characters.');
  }
  const organisation = await organisationOf(deps.database.read, request.organisation);
  const { only } = request;
  const rows = await searchAccounts(deps.database.read, organisation.id, {
    query,
    limit: MAX_RESULTS + 1,
    ...(only ? { only } : {}),
  });
  const users = rows.slice(0, MAX_RESULTS).map(({ id, username, name, email, state }) => ({
    id,
    username,
    ...(name === null ? {} : { name }),
    ...(email === null ? {} : { email }),
    state,
  }));
  const detail = { found: users.length };
  await deps.database.write((tx) =>
    recordVerb(tx, deps, request, { event: 'admin-search', organisationId: organisation.id, detail }),
  );
  return { users, more: rows.length > MAX_RESULTS };
}
