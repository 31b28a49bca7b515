import type { z } from 'zod';
import type { Action } from './constants.ts';
import type { Input, StepType } from './steps/index.ts';
import { steps } from './steps/index.ts';

/** Where a value differs from its schema: JSON path and what was expected. */
export interface Issue {
  path: string;
  expected: string;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; issues: Issue[] };

/** The issues of a schema error, without any of the values that were sent (R25). */
export const issuesOf = (error: z.ZodError, prefix: readonly PropertyKey[] = []): Issue[] =>
  error.issues.map((issue) => ({
    path: `/${[...prefix, ...issue.path].map(String).join('/')}`,
    expected: issue.code === 'unrecognized_keys' ? `no key ${issue.keys.join(', ').slice(0, 100)}` : issue.message,
  }));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = <T extends object>(record: T, key: unknown): T[keyof T] | undefined =>
  typeof key === 'string' && Object.hasOwn(record, key) ? record[key as keyof T] : undefined;

/**
 * Parses one input by its `step` and `action` (default `submit`). Unknown steps, actions and keys are refused (R3).
 * @param prefix JSON path of the value, for the issues
 */
export const parseInput = (value: unknown, prefix: readonly PropertyKey[] = []): Parsed<Input> => {
  const refuse = (path: PropertyKey[], expected: string): Parsed<Input> => ({
    ok: false,
    issues: [{ path: `/${[...prefix, ...path].map(String).join('/')}`, expected }],
  });
  if (!isObject(value)) return refuse([], 'an object');
  const step = own(steps, value.step);
  if (!step) return refuse(['step'], `one of ${(Object.keys(steps) as StepType[]).join(', ')}`);
  const inputs: Partial<Record<Action, z.ZodType>> = step.inputs;
  const action = Object.hasOwn(value, 'action') ? value.action : 'submit';
  const schema = own(inputs, action);
  if (!schema) return refuse(['action'], `one of ${Object.keys(inputs).join(', ')}`);
  const parsed = schema.safeParse(value);
  if (!parsed.success) return { ok: false, issues: issuesOf(parsed.error, prefix) };
  return { ok: true, value: parsed.data as Input };
};
