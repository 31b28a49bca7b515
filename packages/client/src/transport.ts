import type { Problem, ProblemCode } from '@tweestap/protocol';
import { MfaProblem } from './problem.ts';

/** One request of the API. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the mount path, with a leading slash. */
  path: string;
  body?: unknown;
  /** The flow's token. */
  token?: string | undefined;
}

/** A good answer and the local moments (ms since the epoch) around its last attempt. */
export interface Answer {
  body: unknown;
  sentAt: number;
  receivedAt: number;
  /** Seconds until the next attempt makes sense, where the answer says so. */
  retryAfter?: number;
}

export interface TransportOptions {
  api: string;
  fetch: typeof globalThis.fetch;
  /** BCP 47 tag of the texts that the server has of its own; asked anew for each request. */
  language?: (() => string | undefined) | undefined;
  clock: () => number;
  random: (bytes: number) => Uint8Array;
  wait: (ms: number) => Promise<void>;
  /** Milliseconds that one attempt may take. */
  timeout: number;
  /** How often one request is sent at most. */
  attempts: number;
}

export type Transport = (call: Call) => Promise<Answer>;

/** A server that asks for a longer wait than this is reported at once: a person stands before the screen. */
const longestWait = 5_000;

const retryAfter = (header: string | null, now: number): number | undefined => {
  if (!header) return undefined;
  const seconds = Number.isNaN(Number(header)) ? (Date.parse(header) - now) / 1000 : Number(header);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
};

const parse = (text: string): unknown => {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
};

const isProblem = (body: unknown): body is Problem & { code: ProblemCode } =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';

/** Whether the answer was lost, so that the same request may be sent again under the same key. */
const mayRepeat = (problem: MfaProblem): boolean =>
  problem.is('network', 'timeout', 'busy') || (problem.status >= 500 && !problem.problem);

/** The page's or Node's own `fetch`, looked up at each call, since a page may replace it. */
export const platformFetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request);

/** The only place that calls `fetch`. Rejects with an `MfaProblem` and with nothing else. */
export const createTransport = (options: TransportOptions): Transport => {
  const { clock, random } = options;
  const base = options.api.replace(/\/+$/, '');

  const attempt = async (call: Call, headers: Record<string, string>): Promise<Answer> => {
    const signal = AbortSignal.timeout(options.timeout);
    const sentAt = clock();
    let response: Response;
    let text: string;
    try {
      response = await options.fetch(base + call.path, {
        method: call.method,
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      text = await response.text();
    } catch (cause) {
      throw new MfaProblem(signal.aborted ? 'timeout' : 'network', { cause });
    }
    const receivedAt = clock();
    const { status } = response;
    const body = parse(text);
    const wait = retryAfter(response.headers.get('retry-after'), receivedAt);
    if (response.ok && !(body instanceof Error)) {
      return { body, sentAt, receivedAt, ...(wait === undefined ? {} : { retryAfter: wait }) };
    }
    if (isProblem(body)) throw new MfaProblem(body.code, { status, problem: body, retryAfter: wait });
    throw new MfaProblem('unexpected-answer', { status, retryAfter: wait, cause: body });
  };

  return async (call) => {
    const headers: Record<string, string> = { accept: 'application/json' };
    const language = options.language?.();
    if (language) headers['accept-language'] = language;
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    if (call.token) headers.authorization = `Bearer ${call.token}`;
    // One key for all attempts of one request: the server answers a repeated one as it did the first.
    if (call.method !== 'GET') {
      headers['idempotency-key'] = Array.from(random(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(call, headers);
      } catch (error) {
        const problem = error as MfaProblem;
        const delay = Math.max((problem.retryAfter ?? 0) * 1000, 200 * 2 ** (tries - 1));
        if (tries >= options.attempts || !mayRepeat(problem) || delay > longestWait) throw problem;
        // Many phones may have lost the same server: they come back spread over a second such delay.
        await options.wait(delay * (1 + (random(1)[0] ?? 0) / 255));
      }
    }
  };
};

/** A moment of the server between two local ones, all but `serverTime` in milliseconds since the epoch. */
export interface Span {
  sentAt: number;
  receivedAt: number;
}

/** What the server's clock says, as seen from here. */
export interface ServerClock {
  /** Milliseconds to add to the local clock. */
  readonly offset: number;
  now(): number;
  measure(serverTime: string, span: Span): void;
}

/**
 * Measures the server's clock by the middle of each round trip (RFC 5905 §8, in small). The quickest round trip
 * counts, since half of it bounds the error; but a measurement that contradicts it shows that the local clock was
 * set anew (someone just put the phone on automatic time), and replaces it.
 */
export const createServerClock = (local: () => number): ServerClock => {
  let best: { offset: number; error: number } | undefined;
  return {
    get offset() {
      return best?.offset ?? 0;
    },
    now: () => local() + (best?.offset ?? 0),
    measure(serverTime, { sentAt, receivedAt }) {
      const offset = Date.parse(serverTime) - (sentAt + receivedAt) / 2;
      const error = Math.max(0, receivedAt - sentAt) / 2;
      if (Number.isNaN(offset)) return;
      if (!best || error <= best.error || Math.abs(offset - best.offset) > error + best.error) best = { offset, error };
    },
  };
};
