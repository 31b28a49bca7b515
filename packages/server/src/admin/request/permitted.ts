import { recordAudit } from '../../audit/record.ts';
import { type AdminDeps, type AdminRequest, checkRequest, targetOf, unknownOrganisation } from './admin-context.ts';
import { AdminError } from './admin-error.ts';
import { SameActorError } from './desk-acts.ts';
import { type Actor, type AdminVerb, fieldRights, type Role, rights } from './roles.ts';

/** The fields by which requests name an organisation or accounts. */
interface Reach {
  organisation?: string;
  account?: string;
  accounts?: readonly string[];
}

type Limited = Exclude<Actor, { role: 'administrator' }>;

/**
 * Checks that the actor may make a request, for every verb (R83), and returns the request within the actor's reach.
 * Accounts and organisations outside this reach get the same error as ones that do not exist (R64). Refusals are
 * recorded in the audit.
 * @throws AdminError
 */
export async function permitted<Q extends AdminRequest>(deps: AdminDeps, verb: AdminVerb, given: Q): Promise<Q> {
  const actor = checkRequest(given);
  const request: Q & Reach = { ...given, actor };
  if (actor.role === 'administrator') return request;
  if (!rights[verb].includes(actor.role)) {
    const words = `The role "${actor.role}" may not do this: ask an administrator.`;
    return await refuse(deps, verb, request, new AdminError('not-allowed', words));
  }
  const fault = verb === 'addUser' ? fieldFault(verb, request, fieldsIn(request)) : undefined;
  if (fault) return await refuse(deps, verb, request, fault);
  const { organisation = actor.organisation } = request;
  if (organisation !== actor.organisation) return await refuse(deps, verb, request, unknownOrganisation(organisation));
  if (actor.role === 'helpdesk') return { ...request, organisation };
  const named = await withinReach(deps, { ...request, organisation }, actor);
  return 'code' in named ? await refuse(deps, verb, request, named) : { ...request, organisation, ...named };
}

/** Returns the error for the first field that the actor's role may not use, or undefined if it may use all of them. */
export function fieldFault(
  verb: keyof typeof fieldRights,
  request: AdminRequest,
  used: readonly string[],
): AdminError | undefined {
  const { role } = request.actor;
  const allowed: Readonly<Record<string, readonly Role[]>> = fieldRights[verb];
  const field = used.find((name) => Object.hasOwn(allowed, name) && !allowed[name]?.includes(role));
  if (field === undefined) return undefined;
  const kind = verb === 'importUsers' ? 'column' : 'field';
  const allowedRoles = allowed[field]?.join(' or ') ?? '';
  const words = `The ${kind} "${field}" may be set only by the role "${allowedRoles}", not by "${role}".`;
  return new AdminError('not-allowed', words);
}

const fieldsIn = (request: object): string[] =>
  Object.entries(request).flatMap(([name, value]) => (value === undefined ? [] : [name]));

async function refuse(deps: AdminDeps, verb: AdminVerb, request: AdminRequest, error: AdminError): Promise<never> {
  await recordRefusal(deps, verb, request, error);
  throw error;
}

/** Limits a request to the accounts of a counsellor, by their ids. A username could belong to another account later. */
async function withinReach(
  deps: AdminDeps,
  { account, accounts, ...request }: AdminRequest & Reach & { organisation: string },
  { people }: Extract<Limited, { role: 'counsellor' }>,
): Promise<(Reach & { only: readonly string[] }) | AdminError> {
  const found: string[] = [];
  for (const each of accounts ?? (account === undefined ? [] : [account])) {
    const { account: row, missing } = await targetOf(deps.database.read, { ...request, account: each });
    if (!people.includes(row.id)) return missing;
    found.push(row.id);
  }
  const [first] = found;
  return {
    only: people,
    ...(accounts === undefined ? {} : { accounts: found }),
    ...(account === undefined || first === undefined ? {} : { account: first }),
  };
}

/** The audit keeps the names that these verbs had when its first events were stored. */
const auditNames: Readonly<Partial<Record<AdminVerb, string>>> = {
  addUser: 'admin-add-person',
  deleteUser: 'admin-delete-person',
  importUsers: 'admin-import-people',
  exportUsers: 'admin-export-people',
};

/** Returns the name of the audit event of a verb. */
const auditName = (verb: AdminVerb): string =>
  auditNames[verb] ?? `admin-${verb.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Records in the audit that a verb was refused to its actor. */
export async function recordRefusal(
  { database, clock, random }: AdminDeps,
  verb: AdminVerb,
  { reason, actor, organisation }: AdminRequest & Reach,
  error: AdminError,
): Promise<void> {
  const entry = {
    at: clock(),
    event: auditName(verb),
    result: 'not-allowed',
    organisationId: ('organisation' in actor ? actor.organisation : organisation) ?? null,
    accountId: error instanceof SameActorError ? error.accountId : null,
    detail: { actor: actor.name, role: actor.role, reason },
  };
  await database.write((tx) => recordAudit(tx, entry, random));
}
