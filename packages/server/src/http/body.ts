import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type Input, type Issue, issuesOf } from '@tweestap/protocol';
import type { z } from 'zod';
import { HttpProblem, malformed } from './answer.ts';
import { checkSession } from './caller.ts';
import type { Exchange, HttpDeps } from './route-table.ts';

/** The error for a text that is not acceptable JSON. Its `message` says what was expected and never quotes the text. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
}

/**
 * Levels of nesting: more than any body of the protocol has, and too few to overflow the stack of a recursive function.
 */
const MAX_DEPTH = 16;

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * Parses JSON that every parser interprets in the same way (R76). It refuses duplicate keys in an object, because RFC
 * 8259 §4 does not say which one counts, the key `__proto__`, and more than 16 levels.
 * @throws StrictJsonError
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The message of `JSON.parse` quotes the text, and the text may contain a password.
    throw new StrictJsonError('JSON');
  }
  checkNames(text);
  return value;
}

/** Checks keys and depth. The text is known to be JSON, so only strings, brackets and commas matter. */
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

/** Bytes of a request body, at most (R76). The largest body of the protocol is far smaller. */
export const BODY_LIMIT = 16 * 1024;

/** Milliseconds in which a body must arrive completely, so that slow bodies occupy memory only briefly (R87). */
const BODY_TIMEOUT = 10_000;

/** The error for a client that disconnected before its body was complete. No response can be sent. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/** The error for a body that another middleware has consumed without leaving it in `req.body`. */
class BodyConsumedError extends Error {
  override readonly name = 'BodyConsumedError';
}

const CONSUMED =
  'Another middleware read the request body and did not set `req.body`: mount Tweestap before it. ' +
  "In Fastify, use `app.addHook('onRequest', tweestap.router)`.";

/** A request whose body may already have been read by a parser of the surrounding application. */
type Request = IncomingMessage & { body?: unknown };

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i;

/**
 * Reads a JSON body of at most 16 KB. It also works behind the parsers of Express, Fastify and Next.js.
 * @param timeout milliseconds for the whole body; 10 seconds by default
 * @throws HttpProblem `unsupported-media-type`, `too-large` or `malformed`; ClientGoneError; BodyConsumedError
 */
export async function readJson(req: Request, timeout = BODY_TIMEOUT): Promise<unknown> {
  return parseJson(await readJsonText(req, timeout));
}

/** Parses the text of a JSON body. @throws HttpProblem `malformed` */
export function parseJson(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (error instanceof StrictJsonError) throw malformed('/', error.message);
    throw error;
  }
}

/**
 * Reads the text of a JSON body, as it was signed. Behind `express.json()` the body is serialised again, so a signature
 * over other white space does not match.
 * @throws the same as `readJson`
 */
export async function readJsonText(req: Request, timeout = BODY_TIMEOUT): Promise<string> {
  const type = req.headers['content-type'];
  if (type !== 'application/json' && !(type !== undefined && JSON_TYPE.test(type))) {
    throw new HttpProblem('unsupported-media-type');
  }
  if (req.headers['content-encoding'] !== undefined) {
    throw new HttpProblem('unsupported-media-type', { detail: 'The body must not be compressed.' });
  }
  if (Number(req.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge(req, timeout);
  return isUnread(req) ? await readText(req, timeout) : parsedBefore(req);
}

/**
 * Whether no parser has read the body. `req.body` alone does not show it: the parsers of Express 4 set it to `{}` for a type
 * that they do not parse, and leave the body unread.
 */
function isUnread(req: Request): boolean {
  return req.readableDidRead === false && !req.readableEnded;
}

/**
 * Refuses a body on a route that has none, because a body that is left unread could be taken for another request.
 * @throws HttpProblem `malformed`
 */
export function refuseBody(req: IncomingMessage): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = req.headers;
  if ((length !== undefined && length !== '0') || encoding !== undefined) throw malformed('/', 'no body');
}

function parsedBefore(req: Request): string {
  const { body } = req;
  if (body === undefined) throw new BodyConsumedError(CONSUMED);
  const text = typeof body === 'string' ? body : Buffer.isBuffer(body) ? decode(body) : JSON.stringify(body);
  if (Buffer.byteLength(text) > BODY_LIMIT) throw new HttpProblem('too-large');
  return text;
}

function decode(bytes: Buffer): string {
  // RFC 8259 §8.1 requires UTF-8. A lenient decoder replaces invalid bytes, so different passwords would become equal.
  if (!isUtf8(bytes)) throw malformed('/', 'UTF-8');
  return bytes.toString('utf8');
}

/** Makes the `too-large` problem, and discards the rest of the body until the timeout closes the connection. */
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
    const onGone = (): void =>
      finish(() => reject(new ClientGoneError('The client disconnected before its body was complete.')));
    const onLate = (): void =>
      finish(() => {
        // 408 is not a status of the protocol. The connection closes after the response, as RFC 9110 §15.5.9 requires
        // for 408.
        reject(
          new HttpProblem('malformed', { detail: 'The body arrived too slowly.', headers: ['Connection', 'close'] }),
        );
        req.resume();
      });
    const timer = setTimeout(onLate, timeout);
    req.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

/** Parses a body by its schema. @throws HttpProblem `malformed`, with the path and the expected value of each issue */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HttpProblem('malformed', { issues: issuesOf(parsed.error) });
}

/**
 * Parses all inputs of a flow before any is applied, so a list with one malformed input changes nothing (R5).
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

/**
 * Makes the check of a route that changes the caller's account: there is a session, and the body matches its schema.
 */
export function checkChange(deps: HttpDeps, schema: z.ZodType): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    await checkSession(deps, exchange);
    parseBody(schema, exchange.body);
  };
}

const none: ReadonlyMap<string, string> = new Map();

/** Control characters. No name contains them, and PostgreSQL refuses a text with U+0000. */
const CONTROL = /\p{Cc}/u;

/**
 * Parses a query string. A duplicate parameter and one that the route does not list are refused (R76).
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
