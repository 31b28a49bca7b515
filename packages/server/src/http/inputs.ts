import { type Input, type Issue, issuesOf } from '@tweestap/protocol';
import type { z } from 'zod';
import { checkSession } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import { HttpProblem, malformed } from './problem.ts';
import type { Exchange } from './route-table.ts';

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
export function parseInputs({ parseInput }: Pick<HttpDeps, 'parseInput'>, values: readonly unknown[]): Input[] {
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

/** The check of a route of the own account: a session, and the body by its schema. */
export function checkChange(deps: HttpDeps, schema: z.ZodType): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    await checkSession(deps, exchange);
    parseBody(schema, exchange.body);
  };
}

const none: ReadonlyMap<string, string> = new Map();

/** Control characters: no name has them, and PostgreSQL refuses a text with U+0000. */
const CONTROL = /\p{Cc}/u;

/**
 * Reads a query: each parameter at most once, and none that the route doesn't know (R76).
 * @throws HttpProblem `malformed`
 */
export function readQuery(text: string, allowed: readonly string[] = []): ReadonlyMap<string, string> {
  if (text === '') return none;
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (!allowed.includes(name)) throw malformed('?', 'no other parameters');
    if (found.has(name)) throw malformed(`?${name}`, 'each parameter once');
    if (CONTROL.test(value)) throw malformed(`?${name}`, 'no control characters');
    found.set(name, value);
  }
  return found;
}
