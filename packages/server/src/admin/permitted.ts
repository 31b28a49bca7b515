import { recordAudit } from '../audit/record.ts';
import { type AdminDeps, type AdminRequest, checkRequest, targetOf, unknownOrganisation } from './admin-context.ts';
import { AdminError } from './admin-error.ts';
import { type Actor, type AdminVerb, actorOf, rights } from './roles.ts';

/** What a request may name: the shapes that verbs share. */
interface Reach {
  organisation?: string;
  account?: string;
  accounts?: readonly string[];
}

type Limited = Exclude<Actor, { role: 'administrator' }>;

/**
 * The request as its actor may make it, for every verb (R83): what lies outside a role's reach is not there for it, with
 * the words for what does not exist (R64). Refusals stand in the audit. @throws AdminError
 */
export async function permitted<Q extends AdminRequest>(deps: AdminDeps, verb: AdminVerb, request: Q): Promise<Q> {
  checkRequest(request);
  const actor = actorOf(request.actor);
  if (actor.role === 'administrator') return request;
  const refuse = async (error: AdminError): Promise<never> => {
    await noteRefusal(deps, verb, request, actor);
    throw error;
  };
  if (!rights[verb].includes(actor.role)) {
    return await refuse(
      new AdminError('not-allowed', `The role "${actor.role}" may not do this: ask an administrator.`),
    );
  }
  const reach = request as Q & Reach;
  const { organisation = actor.organisation } = reach;
  if (organisation !== actor.organisation) return await refuse(unknownOrganisation(organisation));
  if (actor.role === 'helpdesk') return { ...reach, organisation };
  const named = await withinPeople(deps, { ...reach, organisation }, actor);
  return 'code' in named ? await refuse(named) : { ...reach, organisation, ...named };
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

async function noteRefusal(
  { database, clock, random }: AdminDeps,
  verb: AdminVerb,
  { reason }: AdminRequest,
  { role, name, organisation }: Limited,
): Promise<void> {
  const event = `admin-${verb.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const detail = { actor: name, role, reason };
  const entry = { at: clock(), event, result: 'not-allowed', organisationId: organisation, detail };
  await database.write((tx) => recordAudit(tx, entry, random));
}
