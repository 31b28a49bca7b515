import type { StepType } from '@tweestap/protocol';
import { hasherFor } from '../accounts/password-hasher.ts';
import { type Visitor, visitorOf } from '../devices/known-device.ts';
import { findAccount, getAccount } from '../store/accounts.ts';
import type { AccountRow } from '../store/schema.ts';
import type { EngineParts, Issued, RequestContext } from './engine-types.ts';
import type { OpenFlow } from './open-flow.ts';
import type { Facts } from './rules/facts.ts';
import type { Refusal, StepContext } from './rules/step-definition.ts';

/** What became of one input. */
export interface Applied {
  refusal?: Refusal;
  issued?: Issued;
  /** Another submission was first: the flow in hand is not the one that is stored. */
  stale?: true;
}

/** One input of a flow on its way: DESIGN §2, 'the life of one submission'. */
export interface Submission {
  parts: EngineParts;
  flow: OpenFlow;
  request: RequestContext;
  context: StepContext;
  step: StepType;
  /** It proves nothing: it goes to another step, or asks for another code. The audit has no event of its own for it. */
  moves?: boolean;
  /** A counter has this attempt: counters bound how many events of their own such attempts can leave (R93). */
  bounded?: boolean;
}

/** Runs a query once, however often it is asked. */
function once<T>(query: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= query();
    return asked;
  };
}

/** What a step may know, for one input of a flow. `facts` are those that it works on, saved or not. */
export function stepContext(
  deps: EngineParts,
  request: RequestContext,
  flow: OpenFlow,
  now: number,
  facts: Facts = flow.facts,
): StepContext {
  const { database, keyring, hasher, random, baseUrl, findOrganisation, hasOtherHashes, answerFloor } = deps;
  const began = deps.timer.now();
  const { organisation: organisationId = '' } = facts;
  const account = once(async (): Promise<AccountRow | undefined> => {
    const { organisation, person, account: typed } = facts;
    if (organisation === undefined) return undefined;
    if (person) return await getAccount(database.read, organisation, person.id);
    return typed && (await findAccount(database.read, organisation, typed.key));
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
    baseUrl,
    account,
    visitor: once(async () => await visitorTo((await account())?.id)),
    visitorTo,
    async organisation() {
      const id = facts.organisation;
      const definition = id === undefined ? undefined : await findOrganisation(id);
      if (!definition) throw new Error('The flow has no organisation, or one that is gone.');
      return definition;
    },
    findOrganisation,
    async underFloor(key, work) {
      return (await hasOtherHashes(organisationId)) ? await answerFloor.hold(key, began, work) : await work();
    },
  };
}
