import type { Input, Issue } from '@tweestap/protocol';
import { issuesOf, parseInput } from '@tweestap/protocol';
import type { z } from 'zod';
import { HttpProblem } from './problem.ts';

/** Parses a body by its schema. @throws HttpProblem `malformed`, with where and what was expected */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HttpProblem('malformed', { issues: issuesOf(parsed.error) });
}

/**
 * Parses the inputs of a flow, all of them before any is applied: a list with one malformed input changes nothing (R5).
 * @throws HttpProblem `malformed`
 */
export function parseInputs(values: readonly unknown[]): Input[] {
  const inputs: Input[] = [];
  const issues: Issue[] = [];
  for (const [index, value] of values.entries()) {
    const parsed = parseInput(value, ['inputs', index]);
    if (parsed.ok) inputs.push(parsed.value);
    else issues.push(...parsed.issues);
  }
  if (issues.length > 0) throw new HttpProblem('malformed', { issues });
  return inputs;
}

/** Steps whose answer is a credential that can be guessed. */
const guessable: ReadonlySet<string> = new Set(['password', 'confirm-password', 'totp', 'recovery-code']);

/** Whether one of the inputs asks for a mail. */
export const asksForMail = (inputs: readonly Input[]): boolean =>
  inputs.some(
    (input) =>
      (input.step === 'identify' && isSubmit(input) && !hasCode(input)) ||
      (input.step === 'locked' && input.action === 'unlock'),
  );

/** Whether one of the inputs tries a credential. */
export const triesCredential = (inputs: readonly Input[]): boolean =>
  inputs.some((input) => (guessable.has(input.step) || hasCode(input)) && isSubmit(input));

const isSubmit = (input: Input): boolean => !('action' in input) || (input.action ?? 'submit') === 'submit';

/** The help desk's code for a new password is a credential; an `identify` without it asks for a mail. */
const hasCode = (input: Input): boolean => input.step === 'identify' && 'code' in input;
