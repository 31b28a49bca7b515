import type { z } from 'zod';
import { methods as builtInMethods } from './constants.ts';
import type { Input } from './steps/index.ts';
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

const builtIn: readonly string[] = builtInMethods;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = <T extends object>(record: T, key: unknown): T[keyof T] | undefined =>
  typeof key === 'string' && Object.hasOwn(record, key) ? record[key as keyof T] : undefined;

/** A step as the parser knows it: the schemas of its inputs, by action. */
export interface InputSchemas {
  readonly inputs: Readonly<Partial<Record<string, z.ZodType>>>;
}

/** What a server accepts: its steps, and the methods that a `switch` may name. */
export interface Accepts {
  /** By step type. Default: the steps of this package. A step of the server's own brings the schemas of its inputs. */
  readonly steps?: Readonly<Record<string, InputSchemas>>;
  /** Default: the methods of this package. */
  readonly methods?: readonly string[];
}

/**
 * Parses one input by its `step` and `action` (default `submit`). Unknown steps, actions, methods and keys are refused (R3).
 * @param prefix JSON path of the value, for the issues
 */
export type ParseInput = (value: unknown, prefix?: readonly PropertyKey[]) => Parsed<Input>;

/** Makes the parser of a server that has more steps or methods than this package. */
export const createInputParser = (accepts: Accepts = {}): ParseInput => {
  const known: Readonly<Record<string, InputSchemas>> = accepts.steps ?? steps;
  const methods: readonly string[] = accepts.methods ?? builtIn;
  return (value, prefix = []) => {
    const refuse = (path: PropertyKey[], expected: string): Parsed<Input> => ({
      ok: false,
      issues: [{ path: `/${[...prefix, ...path].map(String).join('/')}`, expected }],
    });
    if (!isObject(value)) return refuse([], 'an object');
    const step = own(known, value.step);
    if (!step) return refuse(['step'], `one of ${Object.keys(known).join(', ')}`);
    const action = Object.hasOwn(value, 'action') ? value.action : 'submit';
    const schema = own(step.inputs, action);
    if (!schema) return refuse(['action'], `one of ${Object.keys(step.inputs).join(', ')}`);
    // The schemas accept the methods of this package only: for a method of the server's own, one of those takes its place.
    const other = methods.find((method) => method === value.method && !builtIn.includes(method));
    const parsed = schema.safeParse(other === undefined ? value : { ...value, method: builtIn[0] });
    if (!parsed.success) return { ok: false, issues: issuesOf(parsed.error, prefix) };
    return {
      ok: true,
      value: (other === undefined ? parsed.data : { ...(parsed.data as object), method: other }) as Input,
    };
  };
};

/** Parses one input by the steps and methods of this package. */
export const parseInput: ParseInput = createInputParser();
