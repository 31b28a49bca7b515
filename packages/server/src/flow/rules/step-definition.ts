import type { Action, InputOf, Kind, Language, PasswordFault, ProblemCode, StepOf, StepType } from '@tweestap/protocol';
import type { PasswordHasher } from '../../accounts/password-hasher.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import type { Random } from '../../crypto/tokens.ts';
import type { Visitor } from '../../devices/known-device.ts';
import type { LockedBy } from '../../locks/locks.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import type { Taken } from '../../store/counters.ts';
import { type Database, type Db, Rollback, type Tx } from '../../store/database.ts';
import type { AccountRow } from '../../store/schema.ts';
import type { Spending } from '../../throttle/throttle.ts';
import type { Registry } from './factor.ts';
import type { Facts } from './facts.ts';
import type { Order } from './next-step.ts';

/** There is no flow to go on with: HTTP answers the problem of `code` alone. */
export class FlowError extends Error {
  readonly code: ProblemCode;
  /** `link-expired`: how to ask for a new one. */
  readonly anew: { kind: Kind; organisation: string } | undefined;
  constructor(code: ProblemCode, anew?: FlowError['anew']) {
    super(`The flow can't go on: ${code}.`);
    this.name = 'FlowError';
    this.code = code;
    this.anew = anew;
  }
}

/** Another submission was first: the unit is rolled back as a whole, and the person gets the refusal of `code`. */
export class Lost extends Rollback {
  readonly code: ProblemCode;
  constructor(code: ProblemCode) {
    super(`Another submission was first: ${code}.`);
    this.name = 'Lost';
    this.code = code;
  }
}

/** What a submission rests on has changed since it was read: a conflict, after which the flow goes on with these facts. */
export class Outdated extends Lost {
  /** What the flow knew before the submission, without what is no longer true. */
  readonly facts: Facts;
  constructor(code: ProblemCode, facts: Facts) {
    super(code);
    this.name = 'Outdated';
    this.facts = facts;
  }
}

/** What the engine knows of the request that a step is shown to or answered by. */
export interface StepContext {
  readonly kind: Kind;
  readonly flowId: string;
  readonly facts: Facts;
  /** Milliseconds since the epoch, the same for all of one input. */
  readonly now: number;
  /** Of the organisation's own words. */
  readonly language: Language;
  readonly dialect: Database['dialect'];
  readonly read: Db;
  readonly keyring: Keyring;
  /** Hashes on behalf of this organisation and address: its queue is fair between them (R87). */
  readonly hasher: PasswordHasher;
  readonly random: Random;
  /** The client's network: an IPv4 address, or an IPv6 /64 (R45). */
  readonly address: string;
  /** What mailed links begin with, without a slash at its end (R33). */
  readonly baseUrl: string;
  /** The flow's organisation. @throws when none was chosen yet */
  organisation(): Promise<OrganisationDefinition>;
  /** An organisation by its id, as it is now or was a second ago. */
  findOrganisation(id: string): Promise<OrganisationDefinition | undefined>;
  /** Of the typed name or of the session; undefined for a name that has none. Read once an input. */
  account(): Promise<AccountRow | undefined>;
  /** The lists of the server: what a step may ask about other steps and methods. */
  readonly registry: Registry;
  readonly order: Order;
  /** What this browser's device cookie says about the account (D7). Read once an input. */
  visitor(): Promise<Visitor>;
  /**
   * Runs what evaluates a password. While the organisation has hashes that cost otherwise than the present own ones, resolves
   * at the floor of password answers, counted from the beginning of the input, and one after the other under a key (R54).
   */
  underFloor<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** The same for an account that is not the flow's; without an account the same queries, and nothing is known. */
  visitorTo(accountId: string | undefined): Promise<Visitor>;
}

/** A change of the database that stands or falls with the submission. */
export interface Effect {
  /** What the person is told if `apply` answers false: another submission was first. */
  lost: ProblemCode;
  /** Locks the account's row: always before its flows', so that two transactions never wait for each other. */
  first?: true;
  apply(tx: Tx): Promise<boolean>;
}

/** Why an input was refused, as far as the person is told. Times in ms since the epoch. */
export interface Refusal {
  code: ProblemCode;
  /** `code-early`: when the same code becomes good. */
  retryAt?: number;
  /** `clock-off`: > 0 is ahead. */
  offBySeconds?: number;
  /** `clock-off`: whole hours, where the time zone is at fault. */
  offByHours?: number;
  /** `weak-password`: why. */
  reason?: PasswordFault;
  /** `throttled`: seconds. */
  retryAfter?: number;
  /** Attempts left before the lock; only after a correct password (R52). */
  attemptsLeft?: number;
}

export interface Accepted {
  outcome: 'accepted';
  /** All facts as they are from now on. */
  facts: Facts;
  effects?: Effect[];
  /** It was proven by something else than what is counted: the attempt is given back, and no count begins again (D12). */
  otherwise?: true;
}

export interface Refused {
  outcome: 'refused';
  refusal: Refusal;
  /** Whether the attempt stands in the counter. Without a counter it says nothing. */
  counts: boolean;
  /** The account that the audit names, where the flow's facts don't say it. */
  about?: string;
  effects?: Effect[];
}

export type Verdict = Accepted | Refused;

/** What a step's attempts are counted under (R43). */
export interface Counted {
  key: string;
  by: LockedBy;
  /** Failures since the last success after which the credential is disabled (D7). */
  hardLimit: number;
  /** What becomes of the credential and of the flow then; left out: a lock that no wait ends. */
  atHardLimit?(attempt: Taken): { facts: Facts; effects: Effect[] };
  /** `soft`: a success leaves the hard count, which only a completed login resets (D12). Left out: it resets both. */
  clears?: 'soft';
  /** Whether the person is told how many attempts are left: never before a correct password. */
  tells: boolean;
}

/** What an answer may use up of the budgets of its address (`throttle/`), where `counted` doesn't say it. */
export interface Spends {
  /** `mail` is spent when the mail is sent; a credential when it is wrong. */
  spending: Spending;
  /** The name as it is compared, where the answer itself brings it. */
  name?: string;
}

/** The actions that the engine answers by itself, the same for all steps. */
type CommonAction = 'later' | 'back' | 'switch' | 'extend';
/** The inputs that are a step's own. */
export type AnswerOf<T extends StepType> = Exclude<InputOf<T>, { action: CommonAction }>;
/** What a step shows; the engine adds the actions and where `back` leads. */
type ViewOf<T extends StepType> = Omit<StepOf<T>, 'actions' | 'back'>;

/**
 * One step of the list. Attempts, locks, expiry, sessions and audit belong to the engine: a step can't forget them.
 * Nothing here runs inside a transaction but the effects.
 */
export interface StepDefinition<T extends StepType> {
  /** The step's own actions, in the order of the wire. */
  readonly answers: readonly Exclude<Action, CommonAction>[];
  /** The fact that `prepare` makes. */
  readonly needs?: keyof Facts;
  /**
   * Makes what the step shows or asks for but may be made only once: a secret, a challenge. Runs however the step is
   * reached, each time; it returns the facts unchanged where all is there. Effects are applied with the submission.
   */
  prepare?(context: StepContext): Promise<Accepted>;
  present(context: StepContext): Promise<ViewOf<T>>;
  /** What this input is counted under as an attempt; undefined, or left out, where it can't be a guess. */
  counted?(context: StepContext, input: AnswerOf<T>): Promise<Counted | undefined>;
  /** For an answer that asks for a mail, or that guesses at something that no lock counts. */
  spends?(answer: AnswerOf<T>, context: StepContext): Promise<Spends | undefined>;
  /** Judges an answer. An exception denies, and gives the attempt back (R8). */
  verify?(answer: AnswerOf<T>, context: StepContext): Promise<Verdict>;
  /** What the audit calls an answer to this step; left out where nobody proves anything. */
  readonly audited?: string;
}

/** The list of steps. One without the type that ties a step to its own inputs: the list has checked that already. */
export type StepList = Readonly<Record<string, StepDefinition<StepType>>>;

export const accepted = (facts: Facts, effects: Effect[] = []): Accepted => ({ outcome: 'accepted', facts, effects });

export const refused = (code: ProblemCode, counts = true): Refused => ({
  outcome: 'refused',
  refusal: { code },
  counts,
});

/** A change that nobody else can have made first. */
export const effect = (change: (tx: Tx) => Promise<unknown>): Effect => ({
  lost: 'internal',
  async apply(tx) {
    await change(tx);
    return true;
  },
});

/** The facts without some of them; an absent fact is a fact that is not there, never one that is undefined. */
export function without(facts: Facts, ...names: (keyof Facts)[]): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !names.includes(name as keyof Facts)));
}
