import type { z } from 'zod';
import type { Input } from '../steps/index.ts';
import { steps } from '../steps/index.ts';
import { methods as builtInMethods } from '../values/constants.ts';

/** One difference between a value and its schema. */
export interface Issue {
  /** The place in the body, as a JSON Pointer such as `/inputs/0/code`. */
  path: string;
  /** What was expected there. The value that was sent is not repeated. */
  expected: string;
}

/** The result of parsing: the value, or the issues that were found. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; issues: Issue[] };

/** Returns the issues of a schema error, without the values that were sent (R25). */
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

/** The part of a step that the parser needs. */
export interface InputSchemas {
  /** The schemas of the inputs, by action. */
  readonly inputs: Readonly<Partial<Record<string, z.ZodType>>>;
}

/** The steps and methods that a server accepts. */
export interface Accepts {
  /** The steps by type. Default: the steps of this package. */
  readonly steps?: Readonly<Record<string, InputSchemas>>;
  /** The methods that an input can name. Default: the methods of this package. */
  readonly methods?: readonly string[];
}

/**
 * Parses one input by its `step` and `action` (default `submit`). Unknown steps, actions, methods and keys are refused (R3).
 * @param prefix the path of the value in the body, for the issues
 */
export type ParseInput = (value: unknown, prefix?: readonly PropertyKey[]) => Parsed<Input>;

/** Creates a parser for a server that has more steps or methods than this package. */
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
    // The schemas accept only the methods of this package. An additional method is replaced by one of those while parsing.
    const additional = methods.find((method) => method === value.method && !builtIn.includes(method));
    const parsed = schema.safeParse(additional === undefined ? value : { ...value, method: builtIn[0] });
    if (!parsed.success) return { ok: false, issues: issuesOf(parsed.error, prefix) };
    return {
      ok: true,
      value: (additional === undefined ? parsed.data : { ...(parsed.data as object), method: additional }) as Input,
    };
  };
};

/** Parses one input with the steps and methods of this package. */
export const parseInput: ParseInput = createInputParser();
