import { accountsAfter } from '../../store/accounts.ts';
import { countFactors } from '../../store/factors.ts';
import { type AdminDeps, type AdminRequest, noteVerb, organisationOf } from '../request/admin-context.ts';
import { csvRow } from './users-file.ts';

/** People that are read at a time. */
const BATCH = 1000;

/** The first four are those of an import. */
const COLUMNS = ['organisation', 'username', 'name', 'email', 'state', 'activated', 'authenticators', 'created'];

export interface ExportUsersRequest extends AdminRequest {
  organisation: string;
}

/**
 * The people of an organisation as a CSV file that spreadsheets open as text: who they are and how far they have come,
 * and nothing that lets anybody in. @throws AdminError
 */
export async function exportUsers(
  deps: AdminDeps,
  request: ExportUsersRequest,
): Promise<{ csv: string; people: number }> {
  const { database } = deps;
  const organisation = await organisationOf(database.read, request.organisation);
  // Spreadsheets know UTF-8 by this mark.
  let csv = `\uFEFF${csvRow(COLUMNS)}`;
  let people = 0;
  let after = '';
  for (;;) {
    const rows = await accountsAfter(database.read, organisation.id, { after, limit: BATCH });
    const ids = rows.map(({ id }) => id);
    const factors = await countFactors(database.read, ids);
    for (const { id, username, name, email, state, password_hash, created_at } of rows) {
      const activated = password_hash === null ? 'no' : 'yes';
      const created = new Date(created_at).toISOString();
      csv += csvRow([
        organisation.id,
        username,
        name ?? '',
        email ?? '',
        state,
        activated,
        factors.get(id) ?? 0,
        created,
      ]);
    }
    people += rows.length;
    after = rows.at(-1)?.username_key ?? after;
    if (rows.length < BATCH) break;
  }
  const entry = { event: 'admin-export', organisationId: organisation.id, detail: { people } };
  await database.write((tx) => noteVerb(tx, deps, request, entry));
  return { csv, people };
}
