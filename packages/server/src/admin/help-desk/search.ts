import { searchAccounts } from '../../store/help-desk/account-search.ts';
import { type AdminDeps, type AdminRequest, noteVerb, organisationOf } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';

const MOST = 20;

export interface SearchRequest extends AdminRequest {
  organisation: string;
  /** The beginning of a username, of a name, of a surname, or of an address. */
  query: string;
  /** The ids that the answer is kept to. */
  only?: readonly string[];
}

export interface UserFound {
  id: string;
  username: string;
  name?: string;
  email?: string;
  state: 'active' | 'disabled';
}

/** Looks for people by what they say on the phone; at most 20. What was typed does not stand in the audit. @throws AdminError */
export async function search(deps: AdminDeps, request: SearchRequest): Promise<{ people: UserFound[]; more: boolean }> {
  const query = request.query.normalize('NFC').trim();
  if (query === '' || query.length > 200) {
    throw new AdminError('bad-request', 'The query is wrong: expected 1 to 200 characters.');
  }
  const organisation = await organisationOf(deps.database.read, request.organisation);
  const { only } = request;
  const rows = await searchAccounts(deps.database.read, organisation.id, {
    query,
    limit: MOST + 1,
    ...(only ? { only } : {}),
  });
  const people = rows.slice(0, MOST).map(({ id, username, name, email, state }) => ({
    id,
    username,
    ...(name === null ? {} : { name }),
    ...(email === null ? {} : { email }),
    state,
  }));
  const detail = { found: people.length };
  await deps.database.write((tx) =>
    noteVerb(tx, deps, request, { event: 'admin-search', organisationId: organisation.id, detail }),
  );
  return { people, more: rows.length > MOST };
}
