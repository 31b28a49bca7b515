import type { Input, StepType } from '@tweestap/protocol';
import { type Attempt, attemptUnder, withLock } from '../locks/locks.ts';
import type { Policy } from '../organisations/schema.ts';
import { deferOffers } from '../store/accounts/accounts.ts';
import { resetCounter, resetSoft, returnAttempt } from '../store/counters.ts';
import type { Permit } from '../throttle/throttle.ts';
import { admit, isSpent, withLoginRecord } from './admit.ts';
import { conclude, endEffects } from './conclude.ts';
import type { Applied, EngineParts, OpenFlow, RequestContext, Submission } from './context.ts';
import { definitionOf, extendFlow, isDeferrable, markSaved, nextOf, saveFlow, stepOf } from './open-flow.ts';
import { backTargets, goBack } from './rules/back.ts';
import type { Facts } from './rules/facts.ts';
import {
  type Accepted,
  type AnswerOf,
  accepted,
  Conflict,
  type Counted,
  type Effect,
  effect,
  type Refusal,
  type Refused,
  type StepContext,
  without,
} from './rules/step-definition.ts';
import { stepContext } from './step-context.ts';

type Counting = Counted & { attempt: Extract<Attempt, { counted: true }> };

/**
 * Applies one input. An input that proves nothing changes the facts in memory only; they are saved with a later input or at
 * the end of the request. An input that proves something is counted first, verified outside any transaction, and then
 * written completely or not at all.
 */
export async function applyInput(
  parts: EngineParts,
  flow: OpenFlow,
  input: Input,
  request: RequestContext,
): Promise<Applied> {
  const context = stepContext(parts, request, flow, parts.clock());
  const step = await stepOf(flow, context);
  if (input.step !== step) return { refusal: { code: 'out-of-order' } };
  const { audited, auditedAs } = definitionOf(parts, step);
  const own = auditedAs?.(input as AnswerOf<StepType>) ?? audited;
  const submission: Submission = { parts, flow, request, context, step, audited: own };
  switch (input.action) {
    case 'extend':
      return extendFlow(flow, context.now) ? {} : { refusal: { code: 'not-allowed' } };
    case 'later':
      if (!(await isDeferrable(step, context))) return { refusal: { code: 'not-allowed' } };
      return await accept(submission, await withLoginRecord(submission, await defer(context, step, input)), undefined);
    case 'back':
      return await moveTo(submission, goBack(flow.facts, backTargets(parts.registry, flow, step), input.to));
    case 'switch':
      return await moveTo(submission, await switched(context, step, input.method));
    default:
      return await verifyInput(submission, input);
  }
}

/** Applies a change of facts for which the user proves nothing, such as going back. */
async function moveTo(submission: Submission, facts: Facts | undefined): Promise<Applied> {
  if (!facts) return { refusal: { code: 'out-of-order' } };
  const { flow } = submission;
  const entered = await enter(submission, facts);
  const { facts: next, effects = [] } = entered;
  if (effects.length > 0) return await conclude({ ...submission, moves: true }, { facts: next, effects });
  flow.changed ||= entered.facts !== flow.facts;
  flow.facts = entered.facts;
  return {};
}

async function switched(context: StepContext, step: StepType, method: Facts['method']): Promise<Facts | undefined> {
  if (context.facts.organisation === undefined) return undefined;
  const { policy } = await context.organisation();
  if (isEnrolling(context, step)) return enrolling(context, policy, step, method);
  const others = context.order.otherMethods(context, policy, step).map((other) => other.method);
  const chosen = others.find((other) => other === method);
  return chosen && { ...context.facts, method: chosen };
}

/** Whether a step enrolls a factor. */
function isEnrolling({ registry }: StepContext, step: StepType): boolean {
  return registry.factors.some(({ enrollSteps }) => enrollSteps.includes(step));
}

/** Enrolls another method of the policy instead. What was entered for the first one is dropped. */
function enrolling(
  { facts, registry }: StepContext,
  { methods }: Policy,
  step: StepType,
  method: Facts['method'],
): Facts | undefined {
  const other = methods.map((each) => each.method).find((each) => each === method && registry.methods.includes(each));
  if (other === undefined || other === registry.methodOf(step)) return undefined;
  return { ...without(facts, 'enrolment', 'challenge'), setUpMethod: other };
}

/**
 * Verifies an input. With a directory, an answer that depends on a typed name takes the same time whether the name exists or
 * not, because the time of the portal's own functions is not known (R54, R55).
 */
async function verifyInput(submission: Submission, input: AnswerOf<StepType>): Promise<Applied> {
  const { parts, context, step } = submission;
  const began = parts.timer.now();
  const applied = await verifyNow(submission, input);
  const looksUpName = parts.directory !== undefined && definitionOf(parts, step).looksUpName === true;
  // A password that was evaluated was held already, in turn with others for its name. What was refused before, such as under a
  // lock, waits for no other: a stranger who sends many must not delay the user.
  if (looksUpName && !context.wasHeld()) await parts.directoryFloor.reach(began);
  return applied;
}

/** Gets a permit of the throttle, counts, verifies, and then accepts or refuses the input. */
async function verifyNow(submission: Submission, input: AnswerOf<StepType>): Promise<Applied> {
  const { parts, flow, context, step } = submission;
  const { counted, spends, verify } = definitionOf(parts, step);
  if (!verify) return { refusal: { code: 'out-of-order' } };
  const limit = await counted?.(context, input);
  const spent = await spends?.(input, context);
  const permit = await admit(submission, limit, spent);
  if (permit && 'retryAfter' in permit) {
    // The input is neither counted nor verified, so the refusal does not reveal whether it was correct.
    const refusal: Refusal = { code: 'throttled', retryAfter: permit.retryAfter };
    return await conclude(submission, { facts: flow.facts, refusal });
  }
  const counting = limit ? await count(submission, limit) : undefined;
  if (counting && !('attempt' in counting)) {
    await logFailure(submission, () => permit?.giveBack());
    return counting;
  }
  const verdict = await evaluate(submission, () => verify(input, context), counting, permit);
  if (permit && isSpent(verdict, spent)) await permit.spend();
  else await logFailure(submission, () => permit?.giveBack());
  return verdict.outcome === 'accepted'
    ? await accept(submission, await withLoginRecord(submission, verdict), counting)
    : await refuse({ ...submission, bounded: verdict.counts && counting !== undefined }, verdict, counting);
}

/** Verifies an input. An exception denies and gives the attempt back, so it costs the user nothing (R8, R43). */
async function evaluate(
  submission: Submission,
  verify: () => Promise<Accepted | Refused>,
  counting: Counting | undefined,
  permit: Permit | undefined,
): Promise<Accepted | Refused> {
  try {
    const verdict = await verify();
    if (verdict.outcome === 'refused') return verdict;
    const { facts, effects = [] } = await enter(submission, verdict.facts);
    return { ...verdict, facts, effects: [...(verdict.effects ?? []), ...effects] };
  } catch (error) {
    if (counting) await giveBack(submission, counting);
    await logFailure(submission, () => permit?.giveBack());
    throw error;
  }
}

/** Prepares the step that these facts lead to: creates its secret or challenge before it is shown. */
async function enter({ parts, flow, request, context }: Submission, facts: Facts): Promise<Accepted> {
  const after = stepContext(parts, request, flow, context.now, facts);
  const { prepare } = definitionOf(parts, await nextOf(after));
  return prepare ? await prepare(after) : accepted(facts);
}

/** Accepts a proof that was given outside the flow: enters the step that is due next, and writes all of it. */
export async function acceptProof(submission: Submission, { facts, effects = [] }: Accepted): Promise<Applied> {
  const entered = await enter(submission, facts);
  const all = accepted(entered.facts, [...effects, ...(entered.effects ?? [])]);
  return await accept(submission, await withLoginRecord(submission, all), undefined);
}

/** Whether the secret or challenge of the present step is missing. */
export async function isUnprepared(parts: EngineParts, flow: OpenFlow, request: RequestContext): Promise<boolean> {
  if (flow.row.ended_at !== null || flow.facts.organisation === undefined) return false;
  const context = stepContext(parts, request, flow, parts.clock());
  const { isPrepared } = definitionOf(parts, await nextOf(context));
  return isPrepared !== undefined && !(await isPrepared(context));
}

/** Prepares the present step and saves the flow. Returns false when another submission was first. */
export async function enterStep(parts: EngineParts, flow: OpenFlow, request: RequestContext): Promise<boolean> {
  const context = stepContext(parts, request, flow, parts.clock());
  const step = await nextOf(context);
  const { facts, effects = [] } = await enter({ parts, flow, request, context, step }, flow.facts);
  const before = flow.facts;
  flow.facts = facts;
  try {
    await parts.database.write(async (tx) => {
      await saveFlow(tx, flow);
      for (const { apply, lost } of effects) if (!(await apply(tx))) throw new Conflict(lost);
    });
  } catch (error) {
    flow.facts = before;
    if (error instanceof Conflict) return false;
    throw error;
  }
  markSaved(flow);
  return true;
}

/** Counts an attempt in a separate transaction, which is committed before anything is verified (R43). */
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
  await logFailure(submission, () => submission.parts.database.write((tx) => returnAttempt(tx, key, attempt)));
}

async function logFailure(
  { parts, request }: Submission,
  returning: () => Promise<unknown> | undefined,
): Promise<void> {
  try {
    await returning();
  } catch (error) {
    // The result of the input is reported all the same. The attempt stays counted, which can only deny more.
    parts.logger.warn({ err: error, correlationId: request.correlationId }, 'an attempt could not be given back');
  }
}

async function accept(
  submission: Submission,
  { facts, effects = [], otherwise, proves }: Accepted,
  counting: Counting | undefined,
): Promise<Applied> {
  const { parts, flow, request, context, step } = submission;
  const after = stepContext(parts, request, flow, context.now, facts);
  const done = (await nextOf(after)) === 'done';
  if (!counting && !done && effects.length === 0 && (submission.audited === undefined || proves === false)) {
    return await moveTo(submission, facts);
  }
  const allEffects: Effect[] = [...effects];
  if (counting) allEffects.push(otherwise ? givingBack(counting) : clearing(counting, context.now));
  if (done) allEffects.push(...(await endEffects(after)));
  // At a step with a counter, an input that is not counted, such as a request for another code, proves nothing.
  const moves = proves === false || (counting === undefined && definitionOf(parts, step).counted !== undefined);
  const applied = await conclude({ ...submission, moves }, { facts, effects: allEffects, done });
  // Another submission was first, perhaps a copy of this one. The input was correct, so it does not count as a guess.
  if (applied.refusal && counting) await giveBack(submission, counting);
  return applied;
}

/** The effect that resets the counter of a successful attempt. */
function clearing({ key, attempt, clears }: Counting, now: number): Effect {
  return effect((tx) => (clears === 'soft' ? resetSoft(tx, key, attempt, now) : resetCounter(tx, key, now)));
}

function givingBack({ key, attempt }: Counting): Effect {
  return effect((tx) => returnAttempt(tx, key, attempt));
}

async function refuse(
  submission: Submission,
  { refusal, counts, effects = [], about, facts = submission.flow.facts }: Refused,
  counting: Counting | undefined,
): Promise<Applied> {
  const { context } = submission;
  if (!counting) {
    const named = about === undefined ? {} : { about };
    return await conclude(submission, { facts, effects, refusal, ...named });
  }
  const { attempt, by, hardLimit, tells } = counting;
  if (!counts) {
    return await conclude(submission, { facts, effects: [...effects, givingBack(counting)], refusal });
  }
  const { policy } = await context.organisation();
  if (attempt.hard >= hardLimit) {
    const cap = counting.atHardLimit?.(attempt) ?? { facts: withLock(facts, by, {}), effects: [] };
    const all = [...effects, ...cap.effects];
    return await conclude(submission, {
      facts: cap.facts,
      effects: all,
      refusal: cap.facts.locks?.[by] ? LOCKED : refusal,
    });
  }
  if (attempt.lockedUntil > context.now) {
    const locked = withLock(facts, by, { until: attempt.lockedUntil });
    return await conclude(submission, { facts: locked, effects, refusal: LOCKED });
  }
  const attemptsLeft = Math.max(0, Math.min(policy.locks.soft - attempt.soft, hardLimit - attempt.hard));
  return await conclude(submission, {
    facts,
    effects,
    refusal: tells ? { ...refusal, attemptsLeft } : refusal,
  });
}

const LOCKED: Refusal = { code: 'locked' };

/**
 * Defers an enrolment. The transaction that ends the flow checks again that the account has no factor (R10, R92). Recovery
 * codes that were offered again stay due.
 */
async function defer(context: StepContext, step: StepType, input: Input): Promise<Accepted> {
  const { facts, now } = context;
  if (step === 'recovery-codes') return accepted({ ...without(facts, 'newCodes'), codesDeferred: { at: now } });
  const rest = without(facts, 'enrolment', 'setUpMethod', 'offerAccepted', 'method');
  const { policy } = await context.organisation();
  if (context.order.offeredMethod(context, policy) === undefined) return accepted({ ...rest, deferred: { at: now } });
  const declined = { ...rest, offerDeclined: { at: now } };
  // The offer to move from text messages returns at the next login, until its last day.
  if (context.order.moveOf(context, policy) !== undefined) return accepted(declined);
  // A browser that can't do it says nothing about the user's other browsers.
  if ('unsupported' in input && input.unsupported) return accepted(declined);
  const accountId = facts.person?.id ?? '';
  return accepted(declined, [effect((tx) => deferOffers(tx, accountId, now + OFFER_INTERVAL_MS))]);
}

/** In ms: how long the user is not offered another method after 'not now'. */
const OFFER_INTERVAL_MS = 30 * 24 * 60 * 60_000;
