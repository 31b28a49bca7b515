import { malformed } from './problem.ts';

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
