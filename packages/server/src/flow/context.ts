import type { Flow, Input, Kind, Language, StepType } from '@tweestap/protocol';
import type { AnswerFloor, Timer } from '../accounts/answer-floor.ts';
import { hasherFor, type PasswordHasher } from '../accounts/password-hasher.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import { type DeviceCookie, type Visitor, visitorOf } from '../devices/known-device.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { IssuedSession } from '../sessions/sessions.ts';
import { findAccount, getAccount, hasOtherHashes } from '../store/accounts.ts';
import type { Database, Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';
import type { AccountRow, FlowRow, SessionRow } from '../store/schema.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { Factor, Registry } from './rules/factor.ts';
import type { Facts } from './rules/facts.ts';
import type { Order } from './rules/next-step.ts';
import type { Refusal, StepContext, StepList } from './rules/step-definition.ts';

/** A flow while a request works on it: facts may be ahead of the row until they are saved. */
export interface OpenFlow {
  row: FlowRow & { kind: Kind };
  facts: Facts;
  /** False until the row was inserted. */
  stored: boolean;
  /** Whether the facts or the row are ahead of the database. */
  changed: boolean;
}

/** ms. A changed policy holds on all instances after this long; a login reads its organisation several times a second. */
const FRESH = 1000;
/** Deployments have a few thousand at most; beyond this many the cache begins anew. */
const MOST = 10_000;

type FindOrganisation = (id: string) => Promise<OrganisationDefinition | undefined>;

/** What is read of organisations so often that it may be a second old. */
interface OrganisationCache {
  findOrganisation: FindOrganisation;
  /** Whether the organisation has a password hash of another scheme than the present own one (R54). */
  hasOtherHashes(id: string): Promise<boolean>;
}

/** Organisations by id, each at most a second old. Ids that have none are not kept: a stranger could fill the memory. */
export function organisationCache(read: Db, clock: Clock, scheme: string): OrganisationCache {
  const definitions = cached(clock, (id) => getOrganisation(read, id));
  const others = cached(clock, (id) => hasOtherHashes(read, id, scheme));
  return { findOrganisation: definitions, hasOtherHashes: others };
}

function cached<T>(clock: Clock, read: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const cache = new Map<string, { at: number; value: T }>();
  return async (id) => {
    const now = clock();
    const found = cache.get(id);
    if (found && Math.abs(now - found.at) < FRESH) return found.value;
    const value = await read(id);
    if (cache.size >= MOST) cache.clear();
    if (value === undefined) cache.delete(id);
    else cache.set(id, { at: now, value });
    return value;
  };
}

/** Only what the engine says to it; pino's loggers fit. */
interface EngineLogger {
  warn(fields: object, message: string): void;
}

export interface EngineDeps {
  /** The list of steps (`steps/index.ts`). */
  steps: Readonly<Record<string, unknown>>;
  /** The list of factors (`factors/index.ts`). */
  factors: readonly Factor[];
  database: Database;
  keyring: Keyring;
  hasher: PasswordHasher;
  clock: Clock;
  /** Of the floor of password answers (R54). */
  timer: Timer;
  random: Random;
  /** The configured one: what mailed links begin with, whatever a request came to (R33). */
  baseUrl: string;
  logger: EngineLogger;
  /** Slows down an address and a device. Default: one of the engine's own, by `DEFAULT_THROTTLE`. */
  throttle?: Throttle;
  /** Whether a flow may end in going there (R70). The organisation is undefined while nobody has chosen one. */
  allowedReturnTo(organisationId: string | undefined, url: string): boolean | Promise<boolean>;
}

/** The dependencies and what an engine keeps in memory for itself. */
export type EngineParts = Omit<EngineDeps, 'steps'> &
  OrganisationCache & {
    answerFloor: AnswerFloor;
    throttle: Throttle;
    steps: StepList;
    registry: Registry;
    order: Order;
  };

/** What HTTP knows of the request that carries an input. */
export interface RequestContext {
  /** sha256 of the flow cookie's token: the flow is bound to this browser. */
  browserHash: string;
  /** The value of the device cookie as it came, if any. */
  deviceToken?: string | undefined;
  /** The verified session, if any (`readSession`). */
  session?: SessionRow | undefined;
  /** The client's address, from configured proxies only; IPv6 as its /64 (R45). */
  address: string;
  /** Only names a device. */
  userAgent?: string | undefined;
  /** Chooses the language of the organisation's help; default `en`. */
  language?: Language | undefined;
  correlationId: string;
}

export interface FlowRef {
  id: string;
  tokenHash: string;
}

/** Secrets of a flow's end: HTTP makes cookies of them. */
export interface Issued {
  session?: IssuedSession;
  device?: DeviceCookie;
}

export interface Outcome {
  flow: Flow;
  /** Why the list of inputs stopped, and at which index. */
  refusal?: Refusal & { input: number };
  issued?: Issued;
}

interface StartArgs {
  kind: Kind;
  inputs?: readonly Input[];
  /** The token of a mailed link. */
  link?: string;
  returnTo?: string;
}

/** The flows: every method answers by the facts in the database alone, so any instance may answer. */
export interface Engine {
  /** Begins a flow and applies what is known already. @throws FlowError when none can exist */
  start(args: StartArgs, context: RequestContext): Promise<Outcome & { token: string }>;
  /** The flow as it is. Changes nothing. @throws FlowError `no-such-flow` · `flow-expired` · `no-session` */
  view(ref: FlowRef, context: RequestContext): Promise<Flow>;
  /** Applies inputs in order up to the first refused one. @throws FlowError; whatever a verifier throws */
  submit(ref: FlowRef, inputs: readonly Input[], context: RequestContext): Promise<Outcome>;
  /** Ends a flow; what it knew is gone. @throws FlowError */
  cancel(ref: FlowRef, context: RequestContext): Promise<void>;
}

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
