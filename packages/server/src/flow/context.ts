import type { Flow, Input, Kind, Language, StepType } from '@tweestap/protocol';
import type { AnswerFloor, Timer } from '../accounts/answer-floor.ts';
import type { PasswordHasher } from '../accounts/password-hasher.ts';
import type { SignAssertion } from '../assertion/sign-assertion.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import type { DeviceCookie } from '../devices/known-device.ts';
import type { CheckedDirectory } from '../directory/directory.ts';
import type { IssuedSession } from '../sessions/sessions.ts';
import type { Database } from '../store/database.ts';
import type { FlowRow, SessionRow } from '../store/schema.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { OrganisationCache } from './organisation-cache.ts';
import type { Factor, Registry } from './rules/factor.ts';
import type { Facts } from './rules/facts.ts';
import type { Order } from './rules/next-step.ts';
import type { Refusal, StepContext, StepList } from './rules/step-definition.ts';

/** A flow that a request works on. Its facts may be ahead of the row until they are saved. */
export interface OpenFlow {
  row: FlowRow & { kind: Kind };
  facts: Facts;
  /** Whether the row has been inserted. */
  stored: boolean;
  /** Whether the facts or the row are ahead of the database. */
  changed: boolean;
}

/** The part of a logger that the engine uses. A logger of pino has it. */
interface EngineLogger {
  warn(fields: object, message: string): void;
}

/** The dependencies of an engine. */
export interface EngineDeps {
  /** The list of steps (`steps/index.ts`). */
  steps: Readonly<Record<string, unknown>>;
  /** The list of factors (`factors/index.ts`). */
  factors: readonly Factor[];
  /** The store of flows, accounts and sessions. */
  database: Database;
  /** Seals and opens the secrets in the store (R60). */
  keyring: Keyring;
  /** Hashes and verifies passwords and recovery codes. */
  hasher: PasswordHasher;
  /** The present time in ms since the epoch. */
  clock: Clock;
  /** The timer of the minimum time of password answers (R54). */
  timer: Timer;
  /** The source of random bytes for ids, tokens and secrets. */
  random: Random;
  /** The configured URL that mailed links begin with. It never depends on a request (R33). */
  baseUrl: string;
  /** The origins at which this server is reached. Default: that of the base URL. */
  origins?: readonly string[];
  /** The audience of client assertions: base URL and mount path. Default: the base URL with the mount path `/mfa/v1`. */
  audience?: string;
  /** Receives warnings about faults that do not change the result. */
  logger: EngineLogger;
  /** Limits the requests of an address and a device. Default: a throttle with `DEFAULT_THROTTLE`. */
  throttle?: Throttle;
  /** The users of the portal. Default: all accounts are in the database. */
  directory?: CheckedDirectory | undefined;
  /** Signs assertions. Default: with the keys of the database, and the base URL as the issuer. */
  signAssertion?: SignAssertion;
  /** Whether a flow may lead to this URL at its end (R70). `organisationId` is undefined until an organisation is chosen. */
  allowedReturnTo(organisationId: string | undefined, url: string): boolean | Promise<boolean>;
}

/** The dependencies of an engine, and the state that it keeps in memory. */
export type EngineParts = Omit<EngineDeps, 'steps'> &
  OrganisationCache & {
    answerFloor: AnswerFloor;
    /** The minimum time of answers that depend on the directory. */
    directoryFloor: AnswerFloor;
    throttle: Throttle;
    audience: string;
    signAssertion: SignAssertion;
    steps: StepList;
    registry: Registry;
    order: Order;
  };

/** The properties of the HTTP request that carries an input. */
export interface RequestContext {
  /** SHA-256 of the token in the flow cookie. It binds the flow to this browser. */
  browserHash: string;
  /** The value of the device cookie as it was received, if any. */
  deviceToken?: string | undefined;
  /** The verified session, if any (`readSession`). */
  session?: SessionRow | undefined;
  /** The client's address; an IPv6 address as its /64. It is taken from a header of configured proxies only (R45). */
  address: string;
  /** Used only for the name of a device. */
  userAgent?: string | undefined;
  /** The portal on another origin whose page sent the request. Its flows set no cookies, and end in an assertion only. */
  otherOrigin?: { origin: string; organisations?: readonly string[] | undefined } | undefined;
  /** The nonce that this browser got for a hand-over, if it has one. */
  handOverNonce?: string | undefined;
  /** The header `Origin`, from which changing requests are allowed (R75). Undefined if the request has none. */
  origin?: string | undefined;
  /** The language of the organisation's help. Default: `en`. */
  language?: Language | undefined;
  /** The id that connects the request with its log lines and audit events. */
  correlationId: string;
}

/** A reference to a stored flow. */
export interface FlowRef {
  id: string;
  /** SHA-256 of the flow's token. */
  tokenHash: string;
}

/** The secrets that the end of a flow issues. The HTTP handler sets session and device as cookies. */
export interface Issued {
  session?: IssuedSession;
  device?: DeviceCookie;
  /** The assertion for the portal's server. It is sent in the body, and stored nowhere. */
  assertion?: string;
}

/** The result of a request with inputs. */
export interface Outcome {
  /** The flow after the inputs, as the client sees it. */
  flow: Flow;
  /** Why the list of inputs stopped, and the index of the refused input. */
  refusal?: Refusal & { input: number };
  /** Present when the inputs ended the flow. */
  issued?: Issued;
}

interface StartArgs {
  kind: Kind;
  inputs?: readonly Input[];
  /** The token of a mailed link. */
  link?: string;
  returnTo?: string;
  /** The id of the client that begins the login. It must authenticate itself (R94). */
  client?: string | undefined;
  /** The assertion of the client. */
  clientAssertion?: string | undefined;
  /** The nonce of the portal's server, which asks for an assertion. */
  nonce?: string | undefined;
  /** The token by which another system hands its user over (K11). */
  handOver?: string | undefined;
}

/** A login that the portal begins after it has checked the password itself. */
export interface BeginLogin {
  /** The id of the organisation. */
  organisation: string;
  /** The id of the account. */
  account: string;
  /** The portal's id of the user. */
  user: string;
  /** Whether the portal's check replaces the step `confirm-password`, because there is no directory to ask. */
  isConfirmed: boolean;
  returnTo?: string | undefined;
}

/** A login that was begun. */
export interface BegunLogin {
  /** The id of its flow. */
  id: string;
  /** Whether nothing is left to do, as on a remembered device. */
  isDone: boolean;
  issued?: Issued;
}

/** The operations on flows. Each one depends only on the facts in the database, so any instance can handle any request. */
export interface Engine {
  /** Begins a flow and applies the first inputs. @throws FlowError when the flow may not begin */
  start(args: StartArgs, context: RequestContext): Promise<Outcome & { token: string }>;
  /** Begins a login for a user whose password the portal has checked. @throws BeginError */
  begin(login: BeginLogin, context: RequestContext): Promise<BegunLogin>;
  /** Shows a login that the portal began in this browser, with its token. @throws FlowError `no-such-flow`, `flow-expired` */
  continueBegun(id: string, context: RequestContext): Promise<{ flow: Flow; token: string }>;
  /**
   * Shows the present step. A missing secret or challenge of that step is created and stored first.
   * @throws FlowError `no-such-flow`, `flow-expired` or `no-session`
   */
  view(ref: FlowRef, context: RequestContext): Promise<Flow>;
  /** Applies inputs in order up to the first refused one. @throws FlowError, or the error of a verifier */
  submit(ref: FlowRef, inputs: readonly Input[], context: RequestContext): Promise<Outcome>;
  /** Deletes a flow with its facts. @throws FlowError */
  cancel(ref: FlowRef, context: RequestContext): Promise<void>;
}

/** The result of one input. */
export interface Applied {
  refusal?: Refusal;
  issued?: Issued;
  /** Another submission was first, so the flow in memory differs from the stored one. */
  stale?: true;
}

/** One input of a flow while the engine processes it. */
export interface Submission {
  parts: EngineParts;
  flow: OpenFlow;
  request: RequestContext;
  context: StepContext;
  step: StepType;
  /** The name of its audit event, if it has one. */
  audited?: string | undefined;
  /** It proves nothing: it moves to another step, or requests another code. It has no audit event. */
  moves?: boolean;
  /** The attempt was counted. The counter limits how many audit events such attempts can write (R93). */
  bounded?: boolean;
}
