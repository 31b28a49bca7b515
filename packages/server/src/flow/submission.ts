import type { Input, StepType } from '@tweestap/protocol';
import { type Attempt, attemptUnder } from '../locks/attempt.ts';
import { withLock } from '../locks/locks.ts';
import { resetCounter, resetSoft, returnAttempt } from '../store/counters.ts';
import type { Tx } from '../store/database.ts';
import type { Permit } from '../throttle/throttle.ts';
import { admit, isSpent } from './admit.ts';
import type { Assurance } from './assurance.ts';
import { goBack } from './back.ts';
import { complete, endsBeforeLogin, knowBrowser, resultOf } from './complete.ts';
import { stepContext } from './context.ts';
import { defer } from './defer.ts';
import { endEffects } from './end-effects.ts';
import type { EngineParts, Issued, RequestContext } from './engine-types.ts';
import { Lost, Outdated } from './errors.ts';
import type { Facts } from './facts.ts';
import { note, noteRepeated } from './journal.ts';
import { otherMethods } from './next-step.ts';
import { extendFlow, markSaved, noteRefusal, type OpenFlow, saveFlow } from './open-flow.ts';
import { recheckAccount, recheckProofs, type Submitted } from './recheck.ts';
import { definitionOf, isDeferrable, nextOf, stepOf } from './show.ts';
import {
  type Accepted,
  type AnswerOf,
  type Counted,
  type Effect,
  effect,
  type Refusal,
  type Refused,
  type StepContext,
} from './step-definition.ts';
import { watched } from './stopped-login.ts';

export type Parts = EngineParts;

/** What became of one input. */
export interface Applied {
  refusal?: Refusal;
  issued?: Issued;
  /** Another submission was first: the flow in hand is not the one that is stored. */
  stale?: true;
}

type Counting = Counted & { attempt: Extract<Attempt, { counted: true }> };

/** One input of a flow on its way: DESIGN §2, 'the life of one submission'. */
interface Submission {
  parts: Parts;
  flow: OpenFlow;
  request: RequestContext;
  context: StepContext;
  step: StepType;
  /** A counter has this attempt: counters bound how many events of their own such attempts can leave (R93). */
  bounded?: boolean;
}

/**
 * Applies one input. What proves nothing only changes the facts in hand and is saved with what comes after it; what
 * proves something is counted first, verified outside any transaction, and then stands or falls as one.
 */
export async function applyInput(
  parts: Parts,
  flow: OpenFlow,
  input: Input,
  request: RequestContext,
): Promise<Applied> {
  const context = stepContext(parts, request, flow, parts.clock());
  const step = await stepOf(flow, context);
  if (input.step !== step) return { refusal: { code: 'out-of-order' } };
  const submission = { parts, flow, request, context, step };
  switch (input.action) {
    case 'extend':
      return extendFlow(flow, context.now) ? {} : { refusal: { code: 'not-allowed' } };
    case 'later':
      if (!(await isDeferrable(step, context))) return { refusal: { code: 'not-allowed' } };
      return await accept(submission, await watched(submission, defer(context, step)), undefined);
    case 'back':
      return await moveTo(submission, goBack(flow.row.kind, flow.facts, step, input.to));
    case 'switch':
      return await moveTo(submission, await switched(context, step, input.method));
    default:
      return await answer(submission, input);
  }
}

/** Facts that a person may change without proving anything. */
async function moveTo({ flow }: Submission, facts: Facts | undefined): Promise<Applied> {
  if (!facts) return { refusal: { code: 'out-of-order' } };
  flow.facts = facts;
  flow.changed = true;
  return {};
}

async function switched(context: StepContext, step: StepType, method: Facts['method']): Promise<Facts | undefined> {
  if (context.facts.organisation === undefined) return undefined;
  const { policy } = await context.organisation();
  const others = otherMethods(context, policy, step).map((other) => other.method);
  const chosen = others.find((other) => other === method);
  return chosen && { ...context.facts, method: chosen };
}

/** Asks leave of the throttle, counts, verifies, and then accepts or refuses. */
async function answer(submission: Submission, input: AnswerOf<StepType>): Promise<Applied> {
  const { flow, context, step } = submission;
  const { counted, spends, verify } = definitionOf(step);
  if (!verify) return { refusal: { code: 'out-of-order' } };
  const limit = await counted?.(context);
  const spent = await spends?.(input, context);
  const permit = await admit(submission, limit, spent);
  if (permit && 'retryAfter' in permit) {
    // Neither counted nor verified: not even a right answer is told apart.
    const refusal: Refusal = { code: 'throttled', retryAfter: permit.retryAfter };
    return await conclude(submission, { facts: flow.facts, refusal });
  }
  const counting = limit ? await count(submission, limit) : undefined;
  if (counting && !('attempt' in counting)) {
    await quietly(submission, () => permit?.giveBack());
    return counting;
  }
  const verdict = await judge(submission, () => verify(input, context), counting, permit);
  if (permit && isSpent(verdict, spent)) await permit.spend();
  else await quietly(submission, () => permit?.giveBack());
  return verdict.outcome === 'accepted'
    ? await accept(submission, await watched(submission, verdict), counting)
    : await refuse({ ...submission, bounded: verdict.counts && counting !== undefined }, verdict, counting);
}

/** R8, R43: an exception denies, and costs the user nothing. */
async function judge(
  submission: Submission,
  verify: () => Promise<Accepted | Refused>,
  counting: Counting | undefined,
  permit: Permit | undefined,
): Promise<Accepted | Refused> {
  try {
    const verdict = await verify();
    return verdict.outcome === 'refused' ? verdict : { ...verdict, facts: await prepared(submission, verdict.facts) };
  } catch (error) {
    if (counting) await giveBack(submission, counting);
    await quietly(submission, () => permit?.giveBack());
    throw error;
  }
}

/** Makes what the next step shows before anybody can see it. */
async function prepared({ parts, flow, request, context }: Submission, facts: Facts): Promise<Facts> {
  const after = stepContext(parts, request, flow, context.now, facts);
  const { prepare } = definitionOf(await nextOf(after));
  return prepare ? await prepare(after) : facts;
}

/** Counts, in a transaction of its own that is committed before anything is verified (R43). */
async function count(submission: Submission, counted: Counted): Promise<Counting | Applied> {
  const { parts, flow, context } = submission;
  const { policy } = await context.organisation();
  const { key, hardLimit } = counted;
  const attempt = await parts.database.write((tx) =>
    attemptUnder(tx, { key, now: context.now, locks: policy.locks, hardLimit }),
  );
  if (attempt.counted) return { ...counted, attempt };
  const lock = attempt.until === undefined ? {} : { until: attempt.until };
  return await conclude(submission, { facts: withLock(flow.facts, counted.by, lock), refusal: LOCKED });
}

async function giveBack(submission: Submission, { key, attempt }: Counting): Promise<void> {
  await quietly(submission, () => submission.parts.database.write((tx) => returnAttempt(tx, key, attempt)));
}

async function quietly({ parts, request }: Submission, returning: () => Promise<unknown> | undefined): Promise<void> {
  try {
    await returning();
  } catch (error) {
    // What became of the answer is what to report; the attempt then stands, which denies more, never less.
    parts.logger.warn({ err: error, correlationId: request.correlationId }, 'an attempt could not be given back');
  }
}

async function accept(
  submission: Submission,
  { facts, effects = [], otherwise }: Accepted,
  counting: Counting | undefined,
): Promise<Applied> {
  const { parts, flow, request, context, step } = submission;
  const after = stepContext(parts, request, flow, context.now, facts);
  const done = (await nextOf(after)) === 'done';
  if (!counting && !done && effects.length === 0 && definitionOf(step).audited === undefined) {
    return await moveTo(submission, facts);
  }
  const settled: Effect[] = [...effects];
  if (counting) settled.push(otherwise ? givingBack(counting) : clearing(counting, context.now));
  if (done) settled.push(...(await endEffects(after)));
  const applied = await conclude(submission, { facts, effects: settled, done });
  // Another submission was first, perhaps a copy of this one. What was typed was right, so nothing was guessed at.
  if (applied.refusal && counting) await giveBack(submission, counting);
  return applied;
}

/** What a success does to the count that it was counted under. */
function clearing({ key, attempt, clears }: Counting, now: number): Effect {
  return effect((tx) => (clears === 'soft' ? resetSoft(tx, key, attempt, now) : resetCounter(tx, key, now)));
}

function givingBack({ key, attempt }: Counting): Effect {
  return effect((tx) => returnAttempt(tx, key, attempt));
}

async function refuse(
  submission: Submission,
  { refusal, counts, effects = [], about }: Refused,
  counting: Counting | undefined,
): Promise<Applied> {
  const { flow, context } = submission;
  if (!counting) {
    const named = about === undefined ? {} : { about };
    return await conclude(submission, { facts: flow.facts, effects, refusal, ...named });
  }
  const { attempt, by, hardLimit, tells } = counting;
  if (!counts) {
    return await conclude(submission, { facts: flow.facts, effects: [...effects, givingBack(counting)], refusal });
  }
  const { policy } = await context.organisation();
  if (attempt.hard >= hardLimit) {
    const cap = counting.atHardLimit?.(attempt) ?? { facts: withLock(flow.facts, by, {}), effects: [] };
    const all = [...effects, ...cap.effects];
    return await conclude(submission, {
      facts: cap.facts,
      effects: all,
      refusal: cap.facts.locks?.[by] ? LOCKED : refusal,
    });
  }
  if (attempt.lockedUntil > context.now) {
    const facts = withLock(flow.facts, by, { until: attempt.lockedUntil });
    return await conclude(submission, { facts, effects, refusal: LOCKED });
  }
  const attemptsLeft = Math.max(0, Math.min(policy.locks.soft - attempt.soft, hardLimit - attempt.hard));
  return await conclude(submission, {
    facts: flow.facts,
    effects,
    refusal: tells ? { ...refusal, attemptsLeft } : refusal,
  });
}

const LOCKED: Refusal = { code: 'locked' };

interface Conclusion {
  facts: Facts;
  effects?: Effect[];
  refusal?: Refusal;
  done?: boolean;
  /** `Refused.about`. */
  about?: string;
}

/** The one short transaction: all of it, or nothing (DESIGN §2). */
async function conclude(submission: Submission, conclusion: Conclusion): Promise<Applied> {
  const { parts, flow, context } = submission;
  const { refusal, done = false } = conclusion;
  const before = flow.facts;
  const endedAt = done ? context.now : null;
  const assurance =
    done && !endsBeforeLogin(flow.row.kind) ? resultOf(conclusion.facts, submission.request.session) : undefined;
  const result = assurance ? { amr: assurance.amr, acr: assurance.acr } : { next: 'login' as const };
  flow.facts = done ? { ...conclusion.facts, result } : conclusion.facts;
  // A refusal changes no more than what is told: a right answer that is under way beside it must not lose against it.
  const told = refusal !== undefined && flow.stored && !flow.changed;
  try {
    const issued = await parts.database.write((tx) =>
      writeAll(tx, submission, { ...conclusion, before, told, endedAt, assurance }),
    );
    if (!told) markSaved(flow, endedAt);
    return { ...(refusal ? { refusal } : {}), ...(issued ? { issued } : {}) };
  } catch (error) {
    flow.facts = before;
    if (!(error instanceof Lost)) throw error;
    if (error instanceof Outdated) {
      // Saved with the answer: the flow then asks for what is due now, not again for what was refused.
      flow.facts = error.facts;
      flow.changed = true;
    }
    await parts.database.write((tx) => journal(tx, submission, error.code, false));
    return { refusal: { code: error.code }, stale: true };
  }
}

interface Written extends Conclusion {
  before: Facts;
  told: boolean;
  endedAt: number | null;
  assurance: Assurance | undefined;
}

/** What `conclude` writes, in the order of row locks of decision 0012. @throws Lost */
async function writeAll(tx: Tx, submission: Submission, written: Written): Promise<Issued | undefined> {
  const { parts, flow, context } = submission;
  const { facts, before, effects = [], refusal, done = false, told, endedAt, assurance, about } = written;
  const { clock, database } = parts;
  // A clock that was set back meanwhile makes the submission no younger than its request (R86).
  const now = Math.max(context.now, clock());
  const rests: Submitted = { row: flow.row, before, facts, done, dialect: database.dialect, now };
  const early = effects.filter(({ first }) => first);
  await applyEach(tx, early);
  // R92: what was accepted may rest on something that was revoked since it was read. A refusal rests on nothing.
  if (!refusal) await recheckAccount(tx, rests);
  // Before what is spent: a twin of this submission then loses the flow, not the code.
  if (!told) await saveFlow(tx, flow, endedAt);
  else if (flow.facts !== before) await noteRefusal(tx, flow);
  if (!refusal) await recheckProofs(tx, rests);
  const late = effects.filter(({ first }) => !first);
  await applyEach(tx, late);
  const issued = await issue(tx, submission, { done, assurance });
  await journal(tx, submission, refusal?.code ?? 'ok', done, about);
  return issued;
}

/** The cookies of a flow's end: of a session, or of the browser alone where the end is no login. */
async function issue(
  tx: Tx,
  { parts, flow, request, context }: Submission,
  { done, assurance }: { done: boolean; assurance: Assurance | undefined },
): Promise<Issued | undefined> {
  const { random } = parts;
  const { now } = context;
  if (assurance) return await complete(tx, { flow, facts: flow.facts, assurance }, request, { random, now });
  return done ? await knowBrowser(tx, flow, request, { random, now }) : undefined;
}

async function applyEach(tx: Tx, effects: readonly Effect[]): Promise<void> {
  for (const { apply, lost } of effects) if (!(await apply(tx))) throw new Lost(lost);
}

async function journal(tx: Tx, submission: Submission, result: string, done: boolean, about?: string) {
  const { parts, flow, request, context, step, bounded } = submission;
  const event = definitionOf(step).audited ?? unaudited(step, result);
  if (event === undefined && !done) return;
  const { facts } = flow;
  const accountId = about ?? facts.person?.id ?? (await context.account())?.id ?? null;
  const entry = {
    event: done ? flow.row.kind : (event ?? step),
    result,
    organisationId: facts.organisation ?? null,
    accountId,
    method: facts.deferred ? null : methodOf(step, facts),
    flowId: flow.row.id,
    at: context.now,
    request,
  };
  const detail =
    done && facts.result
      ? {
          ...facts.result,
          ...(facts.remembered ? { remembered: true } : {}),
          ...(facts.deferred ? { deferred: true } : {}),
        }
      : {};
  const desk = facts.factor?.desk ? { helpDeskCode: true } : {};
  // D6: weaker than a binding that an old factor has vouched for.
  const byMail = flow.row.kind === 'reset' && facts.enrolled && !facts.factor ? { boundByMail: true } : {};
  const started = facts.helpDesk ? { startedBy: facts.helpDesk.by } : {};
  const told = { ...detail, ...desk, ...byMail, ...started, ...(done && event ? { step: event } : {}) };
  const write = result === 'ok' || bounded ? note : noteRepeated;
  await write(tx, { ...entry, detail: told }, parts.random);
}

/** A link that was used or voided while its flow ran, and an attempt that was slowed down, are events at any step. */
function unaudited(step: StepType, result: string): string | undefined {
  if (result === 'link-expired') return 'link';
  return result === 'throttled' ? step : undefined;
}

function methodOf(step: StepType, facts: Facts): string | null {
  if (step === 'totp' || step === 'enroll-totp') return 'totp';
  if (step === 'recovery-code') return 'recovery-code';
  return facts.factor?.method ?? null;
}
