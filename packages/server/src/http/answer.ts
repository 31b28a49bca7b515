import type { ServerResponse } from 'node:http';
import { type Issue, type Problem, type ProblemCode, problems, problemTypePrefix } from '@tweestap/protocol';
import { type EventStream, openStream } from './event-stream.ts';

/** Seconds in `Retry-After` of a `429` or `503` whose error states no time. */
const DEFAULT_RETRY_AFTER = 1;

/** The members of a problem that differ from one occurrence to the next. */
interface ProblemDetails {
  /** A sentence for the developer who reads the response. It never repeats a value that was sent (R25). */
  detail?: string;
  /** The fields that are wrong, and what was expected in each. */
  issues?: Issue[];
  /** Extension members that are specific to the code. */
  members?: Partial<Problem>;
  /** Seconds, for `Retry-After` (RFC 9110 §10.2.3). */
  retryAfter?: number;
  /** Additional headers, as alternating names and values. */
  headers?: string[];
}

/** The error that a route throws to end a request with a problem of the protocol. */
export class HttpProblem extends Error {
  /** The code of the problem, from which its status and title follow. */
  readonly code: ProblemCode;
  /** What this occurrence adds to the problem. */
  readonly details: ProblemDetails;
  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? problems[code].title);
    this.name = 'HttpProblem';
    this.code = code;
    this.details = details;
  }
}

/** Builds the body of a problem (RFC 9457): stable type, title and code, and an id that is in the log too (R84). */
export function problemBody(code: ProblemCode, correlationId: string, members: Partial<Problem> = {}): Problem {
  const { status, title } = problems[code];
  return { type: problemTypePrefix + code, title, status, code, correlationId, ...members };
}

/** Builds the response for a problem. `429` and `503` always carry `Retry-After` (R52). */
export function problemAnswer(body: Problem, { retryAfter, headers = [] }: ProblemDetails = {}): Answer {
  const retry = retryHeaders({ code: body.code, ...(retryAfter === undefined ? {} : { retryAfter }) });
  const all = retry ? [...retry, ...headers] : headers;
  return {
    status: body.status,
    text: JSON.stringify(body),
    problem: true,
    ...(all.length > 0 ? { headers: all } : {}),
  };
}

/**
 * Returns the `Retry-After` header of a refusal, or undefined when it has none. Also used by `POST /flows`, whose
 * response contains the refusal beside a flow.
 */
export function retryHeaders({ code, retryAfter }: { code: ProblemCode; retryAfter?: number }): string[] | undefined {
  const { status } = problems[code];
  const wait = retryAfter ?? (status === 429 || status === 503 ? DEFAULT_RETRY_AFTER : undefined);
  return wait === undefined ? undefined : ['Retry-After', String(Math.max(1, Math.ceil(wait)))];
}

/** Builds the response for an `HttpProblem`. */
export function answerOf(problem: HttpProblem, correlationId: string): Answer {
  const { detail, issues, members: own } = problem.details;
  const members = { ...own, ...(detail === undefined ? {} : { detail }), ...(issues === undefined ? {} : { issues }) };
  return problemAnswer(problemBody(problem.code, correlationId, members), problem.details);
}

/** Makes a `400 malformed` with one issue: the path of the wrong value and what was expected there. */
export const malformed = (path: string, expected: string): HttpProblem =>
  new HttpProblem('malformed', { issues: [{ path, expected }] });

/** The response of a route. It is plain data, so it can be stored and sent again for an `Idempotency-Key`. */
export interface Answer {
  /** The HTTP status. */
  status: number;
  /** The serialised JSON body; absent with 204. */
  text?: string;
  /** Present if the content type is `application/problem+json` instead of `application/json`. */
  problem?: true;
  /** Additional headers of this response, as alternating names and values. */
  headers?: string[];
  /** For a response without anything of a user: how long caches may keep it, in seconds. Default: not at all. */
  cacheFor?: number;
  /** The values of the `Set-Cookie` headers. */
  cookies?: string[];
  /** Writes the body of server-sent events, instead of `text`. Such an answer is never stored. */
  stream?(stream: EventStream): void;
}

/** Builds a successful response with a JSON body. */
export const json = (status: number, body: unknown, cookies?: string[]): Answer => ({
  status,
  text: JSON.stringify(body),
  ...(cookies && cookies.length > 0 ? { cookies } : {}),
});

/** Builds a `204` response, with cookies to set if any are given. */
export const noContent = (cookies?: string[]): Answer => ({ status: 204, ...(cookies ? { cookies } : {}) });

/**
 * Makes the function that writes a response. Every response carries the headers of R79, which are assembled once:
 * responses contain secrets of one user, so caches must not store them, and pages must not frame, embed or open them.
 * @param secure whether the base URL is https; `Strict-Transport-Security` is then sent too (RFC 6797)
 */
export function answerSender(secure: boolean): (res: ServerResponse, answer: Answer) => void {
  const fixed: Headers = {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    ...(secure ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
  const good: Headers = { ...fixed, 'Content-Type': 'application/json' };
  const problem: Headers = { ...fixed, 'Content-Type': 'application/problem+json' };
  // Proxies must not collect the events before they pass them on.
  const events: Headers = { ...fixed, 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' };
  return (res, { status, text, problem: isProblem, headers, cookies, stream, cacheFor }) => {
    // Appended rather than set: the surrounding application may have set its own cookies on this response.
    if (cookies) for (const cookie of cookies) res.appendHeader('Set-Cookie', cookie);
    if (stream) {
      res.writeHead(status, events).flushHeaders();
      stream(openStream(res));
      return;
    }
    if (text === undefined) {
      res.writeHead(status, withHeaders({ ...fixed }, headers)).end();
      return;
    }
    const start: Headers = { ...(isProblem ? problem : good), 'Content-Length': String(Buffer.byteLength(text)) };
    if (cacheFor !== undefined) start['Cache-Control'] = `public, max-age=${cacheFor}`;
    res.writeHead(status, withHeaders(start, headers)).end(text);
  };
}

/**
 * Headers as an object. A middleware that replaces `writeHead`, such as the compression of Next.js, can misread a list of
 * alternating names and values, and the headers of R79 would be lost.
 */
type Headers = Record<string, string>;

/** Adds alternating names and values to headers, and returns them. */
function withHeaders(headers: Headers, added: readonly string[] = []): Headers {
  for (let at = 0; at < added.length; at += 2) headers[added[at] ?? ''] = added[at + 1] ?? '';
  return headers;
}
