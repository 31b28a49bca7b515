import { hasherFor } from '../accounts/password-hasher.ts';
import { deviceName, type Visitor, visitorOf } from '../devices/known-device.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { findAccount, getAccount } from '../store/accounts/accounts.ts';
import { accountByExternalId } from '../store/accounts/portal-accounts.ts';
import type { AccountRow } from '../store/schema.ts';
import type { EngineParts, OpenFlow, RequestContext } from './context.ts';
import { portalUsers } from './effects/portal-users.ts';
import type { FindOrganisation } from './organisation-cache.ts';
import type { Facts } from './rules/facts.ts';
import type { StepContext } from './rules/step-definition.ts';

/** Returns a function that runs the query at most once and keeps its result. */
function once<T>(query: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= query();
    return result;
  };
}

/** Creates the context of a step for one input of a flow. `facts` may differ from the stored facts. */
export function stepContext(
  deps: EngineParts,
  request: RequestContext,
  flow: OpenFlow,
  now: number,
  facts: Facts = flow.facts,
): StepContext {
  const { database, keyring, hasher, random, baseUrl, hasOtherHashes, answerFloor } = deps;
  const among = request.otherOrigin?.organisations;
  const findOrganisation: FindOrganisation = async (id) =>
    among && !among.includes(id) ? undefined : await deps.findOrganisation(id);
  const began = deps.timer.now();
  let held = false;
  const { organisation: organisationId = '' } = facts;
  const organisation = async (): Promise<OrganisationDefinition> => {
    const definition = facts.organisation === undefined ? undefined : await findOrganisation(facts.organisation);
    if (!definition) throw new Error('The flow has no organisation, or its organisation was deleted.');
    return definition;
  };
  const known = once(async () => facts.person && (await getAccount(database.read, organisationId, facts.person.id)));
  const portal =
    deps.directory &&
    portalUsers({ parts: { ...deps, directory: deps.directory }, request, facts, flow: flow.row, organisation, known });
  const account = once(async (): Promise<AccountRow | undefined> => {
    const { organisation, person, account: typed } = facts;
    if (organisation === undefined) return undefined;
    if (person) return await known();
    if (!typed) return undefined;
    if (!portal) return await findAccount(database.read, organisation, typed.key);
    const user = await portal.user();
    return user && (await accountByExternalId(database.read, organisation, user.id));
  });
  const visitorTo = (accountId: string | undefined): Promise<Visitor> =>
    visitorOf(database.read, request.deviceToken, accountId);
  return {
    kind: flow.row.kind,
    flowId: flow.row.id,
    facts,
    now,
    language: request.language ?? 'en',
    registry: deps.registry,
    order: deps.order,
    dialect: database.dialect,
    read: database.read,
    keyring,
    hasher: hasherFor(hasher, { organisation: organisationId, address: request.address }),
    random,
    address: request.address,
    browser: deviceName(request.userAgent),
    baseUrl,
    origins: deps.origins ?? [new URL(baseUrl).origin],
    account,
    async nameKey() {
      return (await account())?.username_key ?? (await portal?.user())?.key ?? facts.account?.key ?? '';
    },
    ...(portal ? { portal } : {}),
    visitor: once(async () => await visitorTo((await account())?.id)),
    visitorTo,
    organisation,
    async returnTo() {
      const { returnTo } = facts;
      const isAllowed = returnTo !== undefined && (await deps.allowedReturnTo(facts.organisation, returnTo));
      return isAllowed ? returnTo : undefined;
    },
    findOrganisation,
    ...(request.otherOrigin ? { otherOrigin: request.otherOrigin } : {}),
    wasHeld: () => held,
    async underFloor(key, work) {
      if (portal) {
        held = true;
        return await deps.directoryFloor.hold(key, began, work);
      }
      return (await hasOtherHashes(organisationId)) ? await answerFloor.hold(key, began, work) : await work();
    },
  };
}
