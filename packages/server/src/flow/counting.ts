import { type Attempt, attemptUnder, withLock } from '../locks/locks.ts';
import { resetCounter, resetSoft, returnAttempt } from '../store/counters.ts';
import { conclude } from './conclude.ts';
import type { Applied, Submission } from './context.ts';
import { type Counted, type Effect, effect, type Refusal } from './rules/step-definition.ts';

/** The counter of an input, with the attempt that was counted. */
export type Counting = Counted & { attempt: Extract<Attempt, { counted: true }> };

/** The refusal of an input under a lock. */
export const LOCKED: Refusal = { code: 'locked' };

/** Counts an attempt in a separate transaction, which is committed before anything is verified (R43). */
export async function count(submission: Submission, counted: Counted): Promise<Counting | Applied> {
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

/** Gives a counted attempt back, so that it costs the user nothing. */
export async function giveBack(submission: Submission, { key, attempt }: Counting): Promise<void> {
  await logFailure(submission, () => submission.parts.database.write((tx) => returnAttempt(tx, key, attempt)));
}

/** Gives an attempt or a permit back. An error is logged and does not change the result of the input. */
export async function logFailure(
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

/** The effect that resets the counter of a successful attempt. */
export function clearing({ key, attempt, clears }: Counting, now: number): Effect {
  return effect((tx) => (clears === 'soft' ? resetSoft(tx, key, attempt, now) : resetCounter(tx, key, now)));
}

/** The effect that gives a counted attempt back. */
export function givingBack({ key, attempt }: Counting): Effect {
  return effect((tx) => returnAttempt(tx, key, attempt));
}
