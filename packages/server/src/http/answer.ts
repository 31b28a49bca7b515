import type { ServerResponse } from 'node:http';
import { type Issue, type Problem, type ProblemCode, problems, problemTypePrefix } from '@tweestap/protocol';

/** Seconds after which trying again makes sense where nobody knows better. */
const RETRY_AFTER = 1;

/** The members of a problem that differ from one to the next. */
interface ProblemDetails {
  /** A sentence for the developer who reads the answer; never a value that was sent (R25). */
  detail?: string;
  issues?: Issue[];
  /** Extension members of this code's own. */
  members?: Partial<Problem>;
  /** Seconds, for `Retry-After` (RFC 9110 §10.2.3). */
  retryAfter?: number;
  /** Further headers: name, value, name, value … */
  headers?: string[];
}

/** Ends a request with a problem of the contract. */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? problems[code].title);
    this.name = 'HttpProblem';
    this.code = code;
    this.details = details;
  }
}

/** A problem as it travels (RFC 9457): stable type, title and code, and an id that the log has too (R84). */
export function problemBody(code: ProblemCode, correlationId: string, members: Partial<Problem> = {}): Problem {
  const { status, title } = problems[code];
  return { type: problemTypePrefix + code, title, status, code, correlationId, ...members };
}

/** The answer that carries a problem. `429` and `503` always say when to come back (R52). */
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

/** `Retry-After` of a refusal that says when to come back, also where it travels beside a flow (`POST /flows`). */
export function retryHeaders({ code, retryAfter }: { code: ProblemCode; retryAfter?: number }): string[] | undefined {
  const { status } = problems[code];
  const wait = retryAfter ?? (status === 429 || status === 503 ? RETRY_AFTER : undefined);
  return wait === undefined ? undefined : ['Retry-After', String(Math.max(1, Math.ceil(wait)))];
}

/** The answer to an `HttpProblem`. */
export function answerOf(problem: HttpProblem, correlationId: string): Answer {
  const { detail, issues, members: own } = problem.details;
  const members = { ...own, ...(detail === undefined ? {} : { detail }), ...(issues === undefined ? {} : { issues }) };
  return problemAnswer(problemBody(problem.code, correlationId, members), problem.details);
}

/** `400 malformed` with one place that is wrong. */
export const malformed = (path: string, expected: string): HttpProblem =>
  new HttpProblem('malformed', { issues: [{ path, expected }] });

/** What a route answers: plain data, so that it can be kept and given again (Idempotency-Key). */
export interface Answer {
  status: number;
  /** The body as it travels, JSON; absent with 204. */
  text?: string;
  /** `application/problem+json` instead of `application/json`. */
  problem?: true;
  /** Further headers of this answer alone: name, value, name, value … */
  headers?: string[];
  /** `Set-Cookie` values. */
  cookies?: string[];
}

/** A good answer with a JSON body. */
export const json = (status: number, body: unknown, cookies?: string[]): Answer => ({
  status,
  text: JSON.stringify(body),
  ...(cookies && cookies.length > 0 ? { cookies } : {}),
});

/** `204`, with cookies to set. */
export const noContent = (cookies?: string[]): Answer => ({ status: 204, ...(cookies ? { cookies } : {}) });

/**
 * Makes the function that writes an answer. The headers of R79 stand on every one of them and are put together once:
 * answers hold secrets of one person, so no cache keeps them; no page frames, embeds or opens them.
 * @param secure whether the base URL is https, so that browsers may be told to stay there (RFC 6797)
 */
export function answerSender(secure: boolean): (res: ServerResponse, answer: Answer) => void {
  const fixed = [
    ...['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff', 'Referrer-Policy', 'no-referrer'],
    ...['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
    ...['Cross-Origin-Resource-Policy', 'same-origin', 'Cross-Origin-Opener-Policy', 'same-origin'],
    ...(secure ? ['Strict-Transport-Security', 'max-age=31536000'] : []),
  ];
  const good = [...fixed, 'Content-Type', 'application/json', 'Content-Length'];
  const problem = [...fixed, 'Content-Type', 'application/problem+json', 'Content-Length'];
  return (res, { status, text, problem: isProblem, headers, cookies }) => {
    // Appended one by one: the page around us may have set cookies of its own on this response.
    if (cookies) for (const cookie of cookies) res.appendHeader('Set-Cookie', cookie);
    if (text === undefined) {
      res.writeHead(status, headers ? fixed.concat(headers) : fixed).end();
      return;
    }
    const start = (isProblem ? problem : good).concat(String(Buffer.byteLength(text)));
    res.writeHead(status, headers ? start.concat(headers) : start).end(text);
  };
}
