import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type Input, type Issue, issuesOf } from '@tweestap/protocol';
import type { z } from 'zod';
import { HttpProblem, malformed } from './answer.ts';
import { checkSession } from './caller.ts';
import type { Exchange, HttpDeps } from './route-table.ts';

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

/** The largest body: far above the largest that the protocol knows (R76). */
export const BODY_LIMIT = 16 * 1024;

/** Milliseconds that a body may take from its first byte to its last (R87: slow bodies hold no memory for long). */
const BODY_TIMEOUT = 10_000;

/** The client went away before its body was complete: there is nobody to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/** Somebody's middleware read the body and left nothing behind. */
class BodyConsumedError extends Error {
  override readonly name = 'BodyConsumedError';
}

/** A request whose body a parser of the page around us may have read already. */
type Request = IncomingMessage & { body?: unknown };

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i;

/**
 * Reads a JSON body of at most 16 KB. Works behind `express.json()`, `express.raw()` and `express.text()` as well.
 * @throws HttpProblem `unsupported-media-type` · `too-large` · `malformed`; ClientGoneError; BodyConsumedError
 */
export async function readJson(req: Request, timeout = BODY_TIMEOUT): Promise<unknown> {
  const type = req.headers['content-type'];
  if (type !== 'application/json' && !(type !== undefined && JSON_TYPE.test(type))) {
    throw new HttpProblem('unsupported-media-type');
  }
  if (req.headers['content-encoding'] !== undefined) {
    throw new HttpProblem('unsupported-media-type', { detail: 'The body must not be compressed.' });
  }
  if (Number(req.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge(req, timeout);
  const text = req.readableEnded || req.body !== undefined ? parsedBefore(req) : await readText(req, timeout);
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (error instanceof StrictJsonError) throw malformed('/', error.message);
    throw error;
  }
}

/** Refuses a body where there is none to be: what nobody reads could be meant for another reader. */
export function refuseBody(req: IncomingMessage): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = req.headers;
  if ((length !== undefined && length !== '0') || encoding !== undefined) throw malformed('/', 'no body');
}

function parsedBefore(req: Request): string {
  const { body } = req;
  if (body === undefined) throw new BodyConsumedError('The body was read before Tweestap saw the request.');
  const text = typeof body === 'string' ? body : Buffer.isBuffer(body) ? decode(body) : JSON.stringify(body);
  if (Buffer.byteLength(text) > BODY_LIMIT) throw new HttpProblem('too-large');
  return text;
}

function decode(bytes: Buffer): string {
  // RFC 8259 §8.1: UTF-8. A lenient decoder would make several passwords out of broken bytes into one.
  if (!isUtf8(bytes)) throw malformed('/', 'UTF-8');
  return bytes.toString('utf8');
}

/** The rest of a body that is too large is thrown away as it comes, and only for so long. */
function tooLarge(req: IncomingMessage, timeout: number): HttpProblem {
  const timer = setTimeout(() => req.destroy(), timeout).unref();
  req.once('close', () => clearTimeout(timer)).resume();
  return new HttpProblem('too-large');
}

function readText(req: IncomingMessage, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      req.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.byteLength;
      if (size > BODY_LIMIT) finish(() => reject(tooLarge(req, timeout)));
      else chunks.push(chunk);
    };
    const onEnd = (): void =>
      finish(() => {
        try {
          resolve(decode(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
        } catch (error) {
          reject(error);
        }
      });
    const onGone = (): void => finish(() => reject(new ClientGoneError('The client went away.')));
    const onLate = (): void =>
      finish(() => {
        // 408 is not in the contract; the connection ends with the answer (RFC 9110 §15.5.9 asks the same of 408).
        reject(new HttpProblem('malformed', { detail: 'The body came too slowly.', headers: ['Connection', 'close'] }));
        req.resume();
      });
    const timer = setTimeout(onLate, timeout);
    req.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

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
