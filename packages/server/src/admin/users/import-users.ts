import type { OrganisationDefinition } from '../../organisations/schema.ts';
import { takenUsernames } from '../../store/accounts.ts';
import { ConstraintError, type Db, type Tx } from '../../store/database.ts';
import { getOrganisation } from '../../store/organisations.ts';
import { mailInvitation } from '../help-desk/invite.ts';
import { type AdminDeps, type AdminRequest, noteVerb } from '../request/admin-context.ts';
import { AdminError, type Fault } from '../request/admin-error.ts';
import { fieldFault } from '../request/permitted.ts';
import { checkUser, type Person, type UserInput } from './user.ts';
import { insertUsers, rowsOf, type UserRows } from './user-rows.ts';
import { columnOf, faulty, readUsersFile, type UserLine } from './users-file.ts';

export interface ImportUsersRequest extends AdminRequest {
  /** CSV: organisation, username, name, email, password or password_hash, totp_secret. */
  csv: string;
  /** Where given, people of other organisations are refused (R83). */
  organisation?: string;
  /** Mails an invitation to each person who has an address and no password, in the same transaction. */
  invite?: boolean;
}

export interface UsersImported {
  people: number;
  factors: number;
  /** People by organisation. */
  organisations: Record<string, number>;
  /** With `invite`: how many were invited, and who has neither a password nor an address: they need a letter. */
  invited?: { people: number; withoutMail: string[] };
}

/** Passwords in the clear are hashed this many at a time: the hasher's line is bounded. */
const HASHING = 4;

interface Checked {
  row: number;
  organisation: OrganisationDefinition;
  person: Person;
}

/** Imports all people of a file, or none. @throws AdminError with every fault, by row and column */
export async function importUsers(deps: AdminDeps, request: ImportUsersRequest): Promise<UsersImported> {
  const { columns, lines } = readUsersFile(request.csv);
  const refusal = fieldFault('importUsers', request, columns);
  if (refusal) throw refusal;
  const people = await checkAll(deps.database.read, lines, request.organisation);
  const rows = await hashAll(deps, people);
  const organisations: Record<string, number> = {};
  for (const { organisation } of people) organisations[organisation.id] = (organisations[organisation.id] ?? 0) + 1;
  let invited: UsersImported['invited'];
  try {
    await deps.database.write(async (tx) => {
      await insertUsers(tx, rows, deps.random);
      if (request.invite) invited = await inviteAll(tx, deps, request, { people, rows });
      for (const [organisationId, count] of Object.entries(organisations)) {
        await noteVerb(tx, deps, request, { event: 'admin-import', organisationId, detail: { people: count } });
      }
    });
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    throw new AdminError('taken', 'A username was taken while the file was read; nothing was imported: try again.');
  }
  const factors = rows.filter((row) => row.factor).length;
  return { people: rows.length, factors, organisations, ...(invited ? { invited } : {}) };
}

async function inviteAll(
  tx: Tx,
  deps: AdminDeps,
  request: AdminRequest,
  { people, rows }: { people: readonly Checked[]; rows: readonly UserRows[] },
): Promise<NonNullable<UsersImported['invited']>> {
  const invited = { people: 0, withoutMail: [] as string[] };
  for (const [index, { organisation }] of people.entries()) {
    const account = rows[index]?.account;
    if (!account || account.password_hash !== null) continue;
    if (await mailInvitation(tx, deps, organisation, account)) {
      invited.people += 1;
      const where = { organisationId: organisation.id, accountId: account.id };
      await noteVerb(tx, deps, request, { event: 'admin-invite', ...where });
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
    if ('person' in result) checked.push({ row, organisation, person: result.person });
    else for (const each of result.faults) faults.push({ ...each, row, column: columnName(each.column) });
  }
  faults.push(...(await nameFaults(db, checked)));
  if (faults.length > 0) throw faulty(faults.sort((a, b) => (a.row ?? 0) - (b.row ?? 0)));
  return checked;
}

function organisationFault(found: OrganisationDefinition | undefined, only: string | undefined): string | undefined {
  if (!found) return 'expected the id of an organisation that exists';
  return only === undefined || found.id === only ? undefined : `expected "${only}", the organisation of this import`;
}

const columnName = (column: string): string => columnOf[column as keyof UserInput] ?? column;

/** Usernames that stand twice in the file, or exist already: in any spelling (R47). */
async function nameFaults(db: Db, people: readonly Checked[]): Promise<Fault[]> {
  const faults: Fault[] = [];
  const rowOf = new Map<string, number>();
  const keys = new Map<string, string[]>();
  for (const { row, organisation, person } of people) {
    const organisationId = organisation.id;
    const first = rowOf.get(`${organisationId} ${person.usernameKey}`);
    if (first !== undefined) {
      faults.push({ row, column: 'username', expected: `expected each username once, it stands in row ${first} too` });
      continue;
    }
    rowOf.set(`${organisationId} ${person.usernameKey}`, row);
    const wanted = keys.get(organisationId) ?? [];
    wanted.push(person.usernameKey);
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

async function hashAll(deps: AdminDeps, people: readonly Checked[]): Promise<UserRows[]> {
  const rows: UserRows[] = [];
  for (let from = 0; from < people.length; from += HASHING) {
    const some = people.slice(from, from + HASHING);
    rows.push(...(await Promise.all(some.map((each) => rowsOf(deps, each.organisation.id, each.person)))));
  }
  return rows;
}
