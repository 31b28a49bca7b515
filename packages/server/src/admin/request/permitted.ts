import { recordAudit } from '../../audit/record.ts';
import { type AdminDeps, type AdminRequest, checkRequest, targetOf, unknownOrganisation } from './admin-context.ts';
import { AdminError } from './admin-error.ts';
import { SameActorError } from './desk-acts.ts';
import { type Actor, type AdminVerb, fieldRights, type Role, rights } from './roles.ts';

/** What a request may name: the shapes that verbs share. */
interface Reach {
  organisation?: string;
  account?: string;
  accounts?: readonly string[];
}

type Limited = Exclude<Actor, { role: 'administrator' }>;

/**
 * The request as its actor may make it, for every verb (R83): what lies outside a role's reach is not there for it, with
 * the words for what does not exist (R64). Refusals are recorded in the audit. @throws AdminError
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
  const named = await withinPeople(deps, { ...request, organisation }, actor);
  return 'code' in named ? await refuse(deps, verb, request, named) : { ...request, organisation, ...named };
}

/** Why the actor's role may not use one of these fields; undefined when it may use them all. */
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
  const who = allowed[field]?.join(' or ') ?? '';
  const words = `The ${kind} "${field}" may be set by the role ${who} only, not by "${role}".`;
  return new AdminError('not-allowed', words);
}

const fieldsIn = (request: object): string[] =>
  Object.entries(request).flatMap(([name, value]) => (value === undefined ? [] : [name]));

async function refuse(deps: AdminDeps, verb: AdminVerb, request: AdminRequest, error: AdminError): Promise<never> {
  await noteRefusal(deps, verb, request, error);
  throw error;
}

/** A counsellor's own people, by their ids, so that nothing can come between this look and the verb's. */
async function withinPeople(
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

/** One row of the audit about a verb that was refused to its actor. */
export async function noteRefusal(
  { database, clock, random }: AdminDeps,
  verb: AdminVerb,
  { reason, actor, organisation }: AdminRequest & Reach,
  error: AdminError,
): Promise<void> {
  const event = `admin-${verb.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const entry = {
    at: clock(),
    event,
    result: 'not-allowed',
    organisationId: ('organisation' in actor ? actor.organisation : organisation) ?? null,
    accountId: error instanceof SameActorError ? error.accountId : null,
    detail: { actor: actor.name, role: actor.role, reason },
  };
  await database.write((tx) => recordAudit(tx, entry, random));
}
