import type { Input, StepType } from '@tweestap/protocol';
import { withLock } from '../locks/locks.ts';
import type { Permit } from '../throttle/throttle.ts';
import { admit, isSpent, withLoginRecord } from './admit.ts';
import { conclude, endEffects } from './conclude.ts';
import type { Applied, EngineParts, OpenFlow, RequestContext, Submission } from './context.ts';
import { type Counting, clearing, count, giveBack, givingBack, LOCKED, logFailure } from './counting.ts';
import { defer } from './effects/defer.ts';
import { enter } from './enter-step.ts';
import { definitionOf, extendFlow, isDeferrable, nextOf, stepOf } from './open-flow.ts';
import { backTargets, goBack } from './rules/back.ts';
import type { Facts } from './rules/facts.ts';
import {
  type Accepted,
  type AnswerOf,
  accepted,
  type Effect,
  type Refusal,
  type Refused,
} from './rules/step-definition.ts';
import { switchMethod } from './rules/switch-method.ts';
import { stepContext } from './step-context.ts';

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
      return await moveTo(submission, await switchMethod(context, step, input.method));
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

/** Accepts a proof that was given outside the flow: enters the step that is due next, and writes all of it. */
export async function acceptProof(submission: Submission, { facts, effects = [] }: Accepted): Promise<Applied> {
  const entered = await enter(submission, facts);
  const all = accepted(entered.facts, [...effects, ...(entered.effects ?? [])]);
  return await accept(submission, await withLoginRecord(submission, all), undefined);
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
