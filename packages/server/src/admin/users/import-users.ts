import type { OrganisationDefinition } from '../../organisations/schema.ts';
import { takenUsernames } from '../../store/accounts/accounts.ts';
import { takenExternalIds } from '../../store/accounts/portal-accounts.ts';
import { ConstraintError, type Db, type Tx } from '../../store/database.ts';
import { getOrganisation } from '../../store/organisations.ts';
import { mailInvitation } from '../help-desk/invite.ts';
import { type AdminDeps, type AdminRequest, recordVerb } from '../request/admin-context.ts';
import { AdminError, type Fault } from '../request/admin-error.ts';
import { fieldFault } from '../request/permitted.ts';
import { type CheckedUser, checkUser, type UserInput } from './user.ts';
import { insertUsers, rowsOf, type UserRows } from './user-rows.ts';
import { columnOf, importError, readUsersFile, type UserLine } from './users-file.ts';

/** The request of `importUsers`. */
export interface ImportUsersRequest extends AdminRequest {
  /** The CSV file, with the columns organisation, username, name, email, password or password_hash, totp_secret, phone_number and external_id. */
  csv: string;
  /** Users of other organisations are refused (R83). Default: all organisations are allowed. */
  organisation?: string;
  /** Sends an invitation to each user with an address and no password, in the same transaction. Default: false. */
  invite?: boolean;
}

/** The result of `importUsers`. */
export interface UsersImported {
  /** How many users were added. */
  users: number;
  /** How many authenticators were added. */
  factors: number;
  /** The number of users by the id of their organisation. */
  organisations: Record<string, number>;
  /**
   * Only with `invite`: how many users were invited, and the usernames without password and address, who need a letter.
   */
  invited?: { users: number; withoutMail: string[] };
}

/** How many passwords are hashed at a time, because the queue of the hasher is bounded. */
const MAX_CONCURRENT_HASHES = 4;

interface Checked {
  row: number;
  organisation: OrganisationDefinition;
  user: CheckedUser;
}

/** Imports all users of a file, or none. @throws AdminError with every fault, by row and column, or HasherBusyError */
export async function importUsers(deps: AdminDeps, request: ImportUsersRequest): Promise<UsersImported> {
  const { columns, lines } = readUsersFile(request.csv);
  const refusal = fieldFault('importUsers', request, columns);
  if (refusal) throw refusal;
  const users = await checkAll(deps.database.read, lines, request.organisation);
  const rows = await hashAll(deps, users);
  const organisations: Record<string, number> = {};
  for (const { organisation } of users) organisations[organisation.id] = (organisations[organisation.id] ?? 0) + 1;
  let invited: UsersImported['invited'];
  try {
    await deps.database.write(async (tx) => {
      await insertUsers(tx, rows, deps.random);
      if (request.invite) invited = await inviteAll(tx, deps, request, { users, rows });
      for (const [organisationId, count] of Object.entries(organisations)) {
        await recordVerb(tx, deps, request, { event: 'admin-import', organisationId, detail: { people: count } });
      }
    });
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    throw new AdminError('taken', 'A username was taken during the import. Nothing was imported. Try again.');
  }
  const factors = rows.filter((row) => row.factor).length;
  return { users: rows.length, factors, organisations, ...(invited ? { invited } : {}) };
}

async function inviteAll(
  tx: Tx,
  deps: AdminDeps,
  request: AdminRequest,
  { users, rows }: { users: readonly Checked[]; rows: readonly UserRows[] },
): Promise<NonNullable<UsersImported['invited']>> {
  const invited = { users: 0, withoutMail: [] as string[] };
  for (const [index, { organisation }] of users.entries()) {
    const account = rows[index]?.account;
    if (!account || account.password_hash !== null || account.external_id) continue;
    if (await mailInvitation(tx, deps, organisation, account)) {
      invited.users += 1;
      const where = { organisationId: organisation.id, accountId: account.id };
      await recordVerb(tx, deps, request, { event: 'admin-invite', ...where });
    } else invited.withoutMail.push(account.username);
  }
  return invited;
}

async function checkAll(db: Db, lines: readonly UserLine[], only: string | undefined): Promise<Checked[]> {
  const organisations = new Map<string, OrganisationDefinition | undefined>();
  for (const { organisation } of lines) {
    if (!organisations.has(organisation)) organisations.set(organisation, await getOrganisation(db, organisation));
  }
  const faults: Fault[] = [];
  const checked: Checked[] = [];
  for (const { row, organisation: id, input } of lines) {
    const organisation = organisations.get(id);
    const fault = organisationFault(organisation, only);
    if (fault) faults.push({ row, column: 'organisation', expected: fault });
    if (!organisation) continue;
    const result = checkUser(input, organisation);
    if ('user' in result) checked.push({ row, organisation, user: result.user });
    else for (const each of result.faults) faults.push({ ...each, row, column: columnName(each.column) });
  }
  faults.push(...(await nameFaults(db, checked)), ...(await externalIdFaults(db, checked)));
  if (faults.length > 0) throw importError(faults.sort((a, b) => (a.row ?? 0) - (b.row ?? 0)));
  return checked;
}

function organisationFault(found: OrganisationDefinition | undefined, only: string | undefined): string | undefined {
  if (!found) return 'expected the id of an organisation that exists';
  return only === undefined || found.id === only ? undefined : `expected "${only}", the organisation of this import`;
}

const columnName = (column: string): string => columnOf[column as keyof UserInput] ?? column;

/** Returns a fault for each username that is duplicate in the file or exists already, in any spelling (R47). */
async function nameFaults(db: Db, users: readonly Checked[]): Promise<Fault[]> {
  const faults: Fault[] = [];
  const rowOf = new Map<string, number>();
  const keys = new Map<string, string[]>();
  for (const { row, organisation, user } of users) {
    const organisationId = organisation.id;
    const first = rowOf.get(`${organisationId} ${user.usernameKey}`);
    if (first !== undefined) {
      faults.push({ row, column: 'username', expected: `expected each username once, but it is also in row ${first}` });
      continue;
    }
    rowOf.set(`${organisationId} ${user.usernameKey}`, row);
    const wanted = keys.get(organisationId) ?? [];
    wanted.push(user.usernameKey);
    keys.set(organisationId, wanted);
  }
  for (const [organisationId, wanted] of keys) {
    for (const key of await takenUsernames(db, organisationId, wanted)) {
      const row = rowOf.get(`${organisationId} ${key}`) ?? 0;
      faults.push({ row, column: 'username', expected: 'expected a username that does not exist yet' });
    }
  }
  return faults;
}

/** Returns a fault for each id of the portal that is duplicate in the file or belongs to an account already. */
async function externalIdFaults(db: Db, users: readonly Checked[]): Promise<Fault[]> {
  const faults: Fault[] = [];
  const rowOf = new Map<string, number>();
  for (const { row, organisation, user } of users) {
    if (user.externalId === null) continue;
    const key = `${organisation.id} ${user.externalId}`;
    const first = rowOf.get(key);
    if (first === undefined) rowOf.set(key, row);
    else faults.push({ row, column: 'external_id', expected: `expected each id once, but it is also in row ${first}` });
  }
  for (const organisation of new Set(users.map((each) => each.organisation.id))) {
    const own = users.filter((each) => each.organisation.id === organisation && each.user.externalId !== null);
    for (const id of await takenExternalIds(
      db,
      organisation,
      own.map(({ user }) => user.externalId ?? ''),
    )) {
      const row = rowOf.get(`${organisation} ${id}`) ?? 0;
      faults.push({
        row,
        column: 'external_id',
        expected: 'expected an id that no account has yet; use syncUsers to update one',
      });
    }
  }
  return faults;
}

async function hashAll(deps: AdminDeps, users: readonly Checked[]): Promise<UserRows[]> {
  const rows: UserRows[] = [];
  for (let from = 0; from < users.length; from += MAX_CONCURRENT_HASHES) {
    const some = users.slice(from, from + MAX_CONCURRENT_HASHES);
    rows.push(...(await Promise.all(some.map((each) => rowsOf(deps, each.organisation.id, each.user)))));
  }
  return rows;
}
