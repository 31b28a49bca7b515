import { z } from 'zod';
import { Method } from '../values.ts';

/** `back` drops what is known from step `to` on; counters are never dropped. */
export const back = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('back'), to: z.string().min(1).max(32) });

/** `extend` moves the end of the flow, ten times at most. */
export const extend = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('extend') });

/** `switch` goes on with another of the step's `methods`. */
export const switchTo = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('switch'), method: Method });

/** `later` puts a set-up off, while that is allowed: the flow is done without it (D8). */
export const later = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('later') });

/** `poll` asks whether something changed elsewhere. */
export const poll = <T extends string>(step: T) => z.strictObject({ step: z.literal(step), action: z.literal('poll') });

/** The head of a `submit`: the action may be left out. */
export const submit = <T extends string>(step: T) => ({
  step: z.literal(step),
  action: z.literal('submit').optional(),
});
