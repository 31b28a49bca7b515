import type { Action, InputOf, Kind, Language, PasswordFault, ProblemCode, StepOf, StepType } from '@tweestap/protocol';
import type { PasswordHasher } from '../../accounts/password-hasher.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import type { Random } from '../../crypto/tokens.ts';
import type { Visitor } from '../../devices/known-device.ts';
import type { CheckedUser } from '../../directory/directory.ts';
import type { LockedBy } from '../../locks/locks.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import type { Taken } from '../../store/counters.ts';
import { type Database, type Db, Rollback, type Tx } from '../../store/database.ts';
import type { AccountRow } from '../../store/schema.ts';
import type { Spending } from '../../throttle/throttle.ts';
import type { Registry } from './factor.ts';
import type { Facts } from './facts.ts';
import type { Order } from './next-step.ts';

/** The error when a request has no flow to continue with. HTTP responds with the problem of `code`. */
export class FlowError extends Error {
  /** The code of the problem. */
  readonly code: ProblemCode;
  /** For `link-expired`: the kind and the organisation of the flow in which the user can request a new link. */
  readonly newRequest: { kind: Kind; organisation: string } | undefined;
  /** A sentence for the developer who reads the response; it contains nothing that was sent. Default: none. */
  readonly detail: string | undefined;
  constructor(code: ProblemCode, newRequest?: FlowError['newRequest'], detail?: string) {
    super(`The flow can't continue: ${code}.`);
    this.name = 'FlowError';
    this.code = code;
    this.newRequest = newRequest;
    this.detail = detail;
  }
}

/** A conflict: another submission was first. The transaction is rolled back, and the user gets the refusal of `code`. */
export class Conflict extends Rollback {
  /** The code of the refusal. */
  readonly code: ProblemCode;
  constructor(code: ProblemCode) {
    super(`Conflict, another submission was first: ${code}.`);
    this.name = 'Conflict';
    this.code = code;
  }
}

/** A conflict: the submission depends on something that changed since it was read. The flow continues with `facts`. */
export class Outdated extends Conflict {
  /** The facts before the submission, without those that are no longer true. */
  readonly facts: Facts;
  constructor(code: ProblemCode, facts: Facts) {
    super(code);
    this.name = 'Outdated';
    this.facts = facts;
  }
}

/** The users of the portal, where a directory has them. */
export interface PortalUsers {
  /** The user of the typed name, or of the flow's account. Read once per input. */
  user(): Promise<CheckedUser | undefined>;
  /** The user of another name. */
  find(username: string): Promise<CheckedUser | undefined>;
  /** The user of an email address. */
  findByEmail(email: string): Promise<CheckedUser | undefined>;
  /** The user of an account; undefined when the portal has none any more. */
  ownerOf(account: AccountRow): Promise<CheckedUser | undefined>;
  /** The account of a user, which is made when it is missing. Only for a user who has proven something, or has mail. */
  accountOf(user: CheckedUser): Promise<AccountRow>;
  /** Whether a password is that of a user. */
  verify(user: CheckedUser, password: string): Promise<boolean>;
  /**
   * Stores a new password of the user of an account in the portal, and returns the time of the change as the portal reports it.
   * Absent where the portal keeps its passwords to itself.
   * @throws Conflict when another submission of this flow does the same, or what the flow depends on was revoked
   */
  setPassword?(user: CheckedUser, account: AccountRow, password: string): Promise<number | null>;
}

/** The context of a request that shows a step or submits an input to it. */
export interface StepContext {
  /** The kind of the flow. */
  readonly kind: Kind;
  /** The id of the flow. */
  readonly flowId: string;
  /** The facts of the flow, including changes that are not saved yet. */
  readonly facts: Facts;
  /** Milliseconds since the epoch; it does not change while an input is processed. */
  readonly now: number;
  /** The language of the organisation's own texts. */
  readonly language: Language;
  /** The SQL dialect of the database. */
  readonly dialect: Database['dialect'];
  /** Reads outside of any transaction. */
  readonly read: Db;
  /** Seals and opens secrets (R60). */
  readonly keyring: Keyring;
  /** Hashes for this organisation and address. The hash queue is fair between organisations and addresses (R87). */
  readonly hasher: PasswordHasher;
  /** The source of random bytes. */
  readonly random: Random;
  /** The client's network: an IPv4 address, or an IPv6 /64 (R45). */
  readonly address: string;
  /** The client's browser and system, as a name: 'Firefox, Windows'. */
  readonly browser: string;
  /** The URL that mailed links begin with, without a trailing slash (R33). */
  readonly baseUrl: string;
  /** The origins at which this server is reached. The first one is that of the base URL. */
  readonly origins: readonly string[];
  /** The flow's organisation. @throws Error when none was chosen yet */
  organisation(): Promise<OrganisationDefinition>;
  /**
   * The address that the login was asked to return to, if its organisation allows it now (R70). A flow may begin with any address,
   * because its organisation is not known yet.
   */
  returnTo(): Promise<string | undefined>;
  /** An organisation by its id, cached for at most a second. Undefined when there is none. */
  findOrganisation(id: string): Promise<OrganisationDefinition | undefined>;
  /** The page is on another origin, whose flows may choose these organisations, or any. No device is remembered there. */
  otherOrigin?: { origin: string; organisations?: readonly string[] | undefined };
  /** The account of the typed name, the link or the session; undefined when there is none. Read once per input. */
  account(): Promise<AccountRow | undefined>;
  /**
   * The key of the typed name under which its attempts are counted: that of the account or of the portal's user, so that all
   * spellings are one (R47), otherwise that of the name itself.
   */
  nameKey(): Promise<string>;
  /** The users of the portal; undefined when all accounts are in this database. */
  readonly portal?: PortalUsers;
  /** The factors of the server. */
  readonly registry: Registry;
  /** The order of steps. */
  readonly order: Order;
  /** What this browser's device cookie shows: a known device of the account, a replay, or neither (D7). Read once per input. */
  visitor(): Promise<Visitor>;
  /**
   * Runs the evaluation of a password. While the organisation has hashes of a different cost, the promise resolves no earlier
   * than the minimum time of a password answer after the start of the input. Evaluations with the same key run one after the
   * other (R54). With a directory, every answer has that minimum time.
   */
  underFloor<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Whether `underFloor` has delayed this input. */
  wasHeld(): boolean;
  /** As `visitor`, for another account. Without an account it runs the same queries and finds no known device. */
  visitorTo(accountId: string | undefined): Promise<Visitor>;
}

/** A change of the database that is committed together with the submission, or not at all. */
export interface Effect {
  /** The code of the refusal when `apply` returns false because another submission was first. */
  lost: ProblemCode;
  /** Whether it locks the account row. It is then applied before the flow is saved, to avoid deadlocks (decision 0012). */
  first?: true;
  /** Makes the change. Returns false after a conflict. */
  apply(tx: Tx): Promise<boolean>;
}

/** The reason of a refused input, as the user sees it. Times in ms since the epoch. */
export interface Refusal {
  /** The code of the problem. */
  code: ProblemCode;
  /** For `code-early`: when the same code becomes valid. */
  retryAt?: number;
  /** For `clock-off`: the deviation in seconds; positive when the phone's clock is fast. */
  offBySeconds?: number;
  /** For `clock-off`: the deviation in whole hours, when a wrong time zone is the cause. */
  offByHours?: number;
  /** For `weak-password`: the fault of the password. */
  reason?: PasswordFault;
  /** For `throttled`: the wait in seconds. */
  retryAfter?: number;
  /** For `wrong-passkey`: no account has the passkey, so the browser may remove it. */
  unknown?: true;
  /** The number of attempts left before the lock; present only after a correct password (R52). */
  attemptsLeft?: number;
}

/** The verdict of an accepted input. */
export interface Accepted {
  outcome: 'accepted';
  /** All facts after the input. */
  facts: Facts;
  /** Changes of the database, committed with the facts. */
  effects?: Effect[];
  /** The proof was another credential than the counted one. The attempt is given back, and no counter is reset (D12). */
  otherwise?: true;
  /** `false`: the input proved nothing, such as a poll without a result, so it has no audit event. Default: true. */
  proves?: false;
}

/** The verdict of a refused input. */
export interface Refused {
  outcome: 'refused';
  /** The reason that the user sees. */
  refusal: Refusal;
  /** Whether the attempt stays counted. It has no effect when nothing was counted. */
  counts: boolean;
  /** The id of the account for the audit, where the flow's facts do not name it. */
  about?: string;
  /** Changes of the database that are committed with the refusal. */
  effects?: Effect[];
  /** The facts that the refusal stores, such as a new challenge. Default: unchanged. */
  facts?: Facts;
}

/** The result of a verification. */
export type Verdict = Accepted | Refused;

/** The counter of a step's attempts (R43). */
export interface Counted {
  /** The key of the counter. */
  key: string;
  /** The lock that the counter sets. */
  by: LockedBy;
  /** The number of failures since the last success at which the credential is disabled (D7). */
  hardLimit: number;
  /** The facts and effects at the hard limit. Default: a lock that no wait ends. */
  atHardLimit?(attempt: Taken): { facts: Facts; effects: Effect[] };
  /** `soft`: a success resets the soft count only; a completed login resets the hard one (D12). Default: both are reset. */
  clears?: 'soft';
  /** Whether a refusal reports the number of attempts left. It never does before a correct password (R52). */
  tells: boolean;
}

/** The budget of its address that an input uses (`throttle/`), where `counted` does not determine it. */
export interface Spends {
  /** The budget. `mail` is spent when the email is sent, the others when the credential is wrong. */
  spending: Spending;
  /** The name in the form in which it is compared, where the input contains it. */
  name?: string;
}

/** The actions that the engine handles in the same way for all steps. */
type CommonAction = 'later' | 'back' | 'switch' | 'extend';
/** The inputs that a step handles itself. */
export type AnswerOf<T extends StepType> = Exclude<InputOf<T>, { action: CommonAction }>;
/** The view of a step, without `actions` and `back`, which the engine adds. */
type ViewOf<T extends StepType> = Omit<StepOf<T>, 'actions' | 'back'>;

/**
 * The definition of one step. The engine handles attempts, locks, expiry, sessions and audit, so a step can't omit them.
 * Only the effects run inside a transaction.
 */
export interface StepDefinition<T extends StepType> {
  /** The step's own actions, in the order of the wire. */
  readonly answers: readonly Exclude<Action, CommonAction>[];
  /**
   * Whether the facts have what `prepare` creates. A challenge that is too old counts as missing, so that a later request
   * gets a new one.
   */
  isPrepared?(context: StepContext): boolean | Promise<boolean>;
  /**
   * Creates a fact that the step shows or requires and that must be created only once, such as a secret or a challenge. It runs
   * each time the step is reached, and returns the facts unchanged when nothing is missing. Effects are applied with the
   * submission.
   */
  prepare?(context: StepContext): Promise<Accepted>;
  /** Creates the view of the step. */
  present(context: StepContext): Promise<ViewOf<T>>;
  /** Whether one of `answers` is allowed now, by the view. Default: all are. */
  offers?(action: Action, view: ViewOf<T>): boolean;
  /** The counter of this input as an attempt. Undefined or absent for an input that can't be a guess. */
  counted?(context: StepContext, input: AnswerOf<T>): Promise<Counted | undefined>;
  /** The budget of an input that requests an email, or that guesses at something without a lock. */
  spends?(answer: AnswerOf<T>, context: StepContext): Promise<Spends | undefined>;
  /** Verifies an input. An exception denies, and gives the attempt back (R8). */
  verify?(answer: AnswerOf<T>, context: StepContext): Promise<Verdict>;
  /** Whether it looks up a name that a stranger may have typed. With a directory, the answer has a minimum time (R54, R55). */
  readonly looksUpName?: true;
  /** The name of the audit event of an input to this step. Absent for a step that proves nothing. */
  readonly audited?: string;
  /** The name of the audit event of one input, where inputs of a step differ. Default: `audited`. */
  auditedAs?(answer: AnswerOf<T>): string | undefined;
}

/** The list of steps by name. It omits the type that connects a step with its own inputs; `steps/index.ts` checks that. */
export type StepList = Readonly<Record<string, StepDefinition<StepType>>>;

/** Creates the verdict of an accepted input. */
export const accepted = (facts: Facts, effects: Effect[] = []): Accepted => ({ outcome: 'accepted', facts, effects });

/** Creates the verdict of a refused input. `counts`: whether the attempt stays counted. */
export const refused = (code: ProblemCode, counts = true): Refused => ({
  outcome: 'refused',
  refusal: { code },
  counts,
});

/** Creates an effect that has no conflict. */
export const effect = (change: (tx: Tx) => Promise<unknown>): Effect => ({
  lost: 'internal',
  async apply(tx) {
    await change(tx);
    return true;
  },
});

/** The facts without the named ones. The keys are removed; they are never set to undefined. */
export function without(facts: Facts, ...names: (keyof Facts)[]): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !names.includes(name as keyof Facts)));
}
