import type { Issue, Problem, ProblemCode } from '@tweestap/protocol';
import { problems, problemTypePrefix } from '@tweestap/protocol';
import type { Answer } from './answer.ts';

/** Seconds after which trying again makes sense where nobody knows better. */
const RETRY_AFTER = 1;

/** The members of a problem that differ from one to the next. */
export interface ProblemDetails {
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
