import { hasPassword } from '../../accounts/password-hash.ts';
import { openNumber } from '../../factors/sms/factor.ts';
import { maskNumber } from '../../sms/phone-number.ts';
import { accountsAfter } from '../../store/accounts/accounts.ts';
import { countFactors, factorsOfAccounts } from '../../store/factors/factors.ts';
import { type AdminDeps, type AdminRequest, organisationOf, recordVerb } from '../request/admin-context.ts';
import { csvRow } from './users-file.ts';

/** How many accounts are read at a time. */
const BATCH = 1000;

/** The columns of the file. An import accepts the first four. */
const COLUMNS = [
  'organisation',
  'username',
  'name',
  'email',
  'state',
  'activated',
  'authenticators',
  'phone',
  'created',
];

/** The request of `exportUsers`. */
export interface ExportUsersRequest extends AdminRequest {
  /** The id of the organisation. */
  organisation: string;
}

/**
 * Exports the users of an organisation and the state of their accounts as a CSV file whose values spreadsheets treat as
 * text. The file contains no credentials, and phone numbers only masked (R25). Returns the file and the number of users. @throws AdminError
 */
export async function exportUsers(
  deps: AdminDeps,
  request: ExportUsersRequest,
): Promise<{ csv: string; users: number }> {
  const { database } = deps;
  const organisation = await organisationOf(database.read, request.organisation);
  // Spreadsheets recognise UTF-8 by the byte order mark.
  let csv = `\uFEFF${csvRow(COLUMNS)}`;
  let users = 0;
  let after = '';
  for (;;) {
    const rows = await accountsAfter(database.read, organisation.id, { after, limit: BATCH });
    const ids = rows.map(({ id }) => id);
    const factors = await countFactors(database.read, ids);
    const phones = await maskedNumbers(deps, ids);
    for (const row of rows) {
      const { id, username, name, email, state, created_at } = row;
      const activated = hasPassword(row) ? 'yes' : 'no';
      const created = new Date(created_at).toISOString();
      csv += csvRow([
        organisation.id,
        username,
        name ?? '',
        email ?? '',
        state,
        activated,
        factors.get(id) ?? 0,
        phones.get(id) ?? '',
        created,
      ]);
    }
    users += rows.length;
    after = rows.at(-1)?.username_key ?? after;
    if (rows.length < BATCH) break;
  }
  const entry = { event: 'admin-export', organisationId: organisation.id, detail: { people: users } };
  await database.write((tx) => recordVerb(tx, deps, request, entry));
  return { csv, users };
}

/** The masked phone numbers of accounts. An account without a number is left out. */
async function maskedNumbers({ database, keyring }: AdminDeps, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await factorsOfAccounts(database.read, ids, 'sms');
  return new Map(rows.map((row) => [row.account_id, maskNumber(openNumber(row, keyring))]));
}
