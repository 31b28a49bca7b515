import type { Flow, Input, Kind, Language } from '@tweestap/protocol';
import type { AnswerFloor, Timer } from '../accounts/answer-floor.ts';
import type { PasswordHasher } from '../accounts/password-hasher.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import type { DeviceCookie } from '../devices/mark-known.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { IssuedSession } from '../sessions/sessions.ts';
import { hasOtherHashes } from '../store/accounts.ts';
import type { Database, Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';
import type { SessionRow } from '../store/schema.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { Factor, Registry } from './rules/factor.ts';
import type { Order } from './rules/next-step.ts';
import type { Refusal, StepList } from './rules/step-definition.ts';

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
