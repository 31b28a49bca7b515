/** Why a text was not accepted as JSON; `message` never repeats a value of it. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
}

/** Deeper than any body of the protocol, and far from what could hurt a recursive reader further in. */
const MAX_DEPTH = 16;

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * Parses JSON that two readers can't understand in two ways: no name twice in one object (RFC 8259 §4 leaves open
 * which one counts), no `__proto__`, at most 16 levels (R76).
 * @throws StrictJsonError
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The engine's own message quotes the text, and the text may hold a password.
    throw new StrictJsonError('JSON');
  }
  checkNames(text);
  return value;
}

/** Walks a text that is known to be JSON, so that only strings and brackets need a look. */
function checkNames(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let names: Set<string> | undefined;
  let atName = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const end = endOfString(text, at);
      if (atName && names) addName(names, text.slice(at, end + 1));
      atName = false;
      at = end;
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      names = char === OPEN_BRACE ? new Set() : undefined;
      if (open.push(names) > MAX_DEPTH) throw new StrictJsonError(`at most ${MAX_DEPTH} levels`);
      atName = names !== undefined;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      open.pop();
      names = open.at(-1);
      atName = false;
    } else if (char === COMMA) {
      atName = names !== undefined;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (let char = text.charCodeAt(at); char !== QUOTE; char = text.charCodeAt(at)) at += char === BACKSLASH ? 2 : 1;
  return at;
}

function addName(names: Set<string>, literal: string): void {
  const name = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
  if (name === '__proto__') throw new StrictJsonError('no key __proto__');
  if (names.has(name)) throw new StrictJsonError('each key once');
  names.add(name);
}
