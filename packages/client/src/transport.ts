import type { Problem, ProblemCode } from '@tweestap/protocol';
import { MfaProblem } from './problem.ts';

/** One request to the API. */
export interface Call {
  /** The HTTP method. */
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the mount path, with a leading slash. */
  path: string;
  /** The value that is sent as JSON. Undefined sends no body. */
  body?: unknown;
  /** The bearer token of the flow. */
  token?: string | undefined;
  /** Makes the proof of the device's key (RFC 9449). Called for each attempt, because a proof can be used only once. */
  proof?: (() => Promise<string>) | undefined;
  /** Ends the call. It then rejects with `network`. */
  signal?: AbortSignal | undefined;
  /** Maximum duration of one attempt, in milliseconds. Default that of the transport. */
  timeout?: number | undefined;
}

/** A successful response. The times are local, in milliseconds since the epoch, and belong to the last attempt. */
export interface ApiResponse {
  /** The parsed JSON body; undefined if it is empty. */
  body: unknown;
  /** When the attempt was sent. */
  sentAt: number;
  /** When the response had arrived completely. */
  receivedAt: number;
  /** Seconds from the `Retry-After` header, if the response has one. */
  retryAfter?: number;
}

/** The time of the server in a response. */
export interface ServerDate extends Span {
  /** The header `Date` (RFC 9110 §6.6.1). */
  date: string;
}

/** Options of `createTransport`. */
export interface TransportOptions {
  /** Mount path or absolute URL of the API. */
  api: string;
  /** Sends the requests. */
  fetch: typeof globalThis.fetch;
  /** Returns the BCP 47 tag for the texts that the server writes. Called for each request. */
  language?: (() => string | undefined) | undefined;
  /** Returns the local time in milliseconds since the epoch. */
  clock: () => number;
  /** Returns the given number of random bytes. */
  random: (bytes: number) => Uint8Array;
  /** Resolves after the given number of milliseconds. */
  wait: (ms: number) => Promise<void>;
  /** Maximum duration of one attempt, in milliseconds. */
  timeout: number;
  /** Maximum number of attempts for one request. */
  attempts: number;
  /** Called with the time of the server in each response. */
  onDate?: ((measured: ServerDate) => void) | undefined;
}

/** Sends a request, again if its response is lost. Rejects with an `MfaProblem`. */
export type Transport = (call: Call) => Promise<ApiResponse>;

/** Maximum pause between two attempts, in milliseconds. A longer wait is reported to the caller, because a user is waiting. */
const MAX_PAUSE_MS = 5_000;

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

/** Returns the problem of a response that is no success. `text` is its body. */
export const problemOf = ({ status, headers }: Response, text: string, now: number): MfaProblem => {
  const body = parse(text);
  const wait = retryAfter(headers.get('retry-after'), now);
  return isProblem(body)
    ? new MfaProblem(body.code, { status, problem: body, retryAfter: wait })
    : new MfaProblem('unexpected-answer', { status, retryAfter: wait, cause: body });
};

/** Returns the address of the API without a slash at its end. */
export const baseOf = (api: string): string => api.replace(/\/+$/, '');

/** How every request is sent. */
export const sending = { credentials: 'same-origin', cache: 'no-store', redirect: 'error' } as const;

/** Returns whether no usable response arrived, so that the same request can be sent again with the same key. */
const mayRepeat = (problem: MfaProblem): boolean =>
  problem.is('network', 'timeout', 'busy') || (problem.status >= 500 && !problem.problem);

/** Makes the transport, which is the only caller of `fetch`. It rejects with an `MfaProblem` and with no other error. */
export const createTransport = (options: TransportOptions): Transport => {
  const { clock, random } = options;
  const base = baseOf(options.api);

  const attempt = async (call: Call, headers: Record<string, string>): Promise<ApiResponse> => {
    const timeout = AbortSignal.timeout(call.timeout ?? options.timeout);
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
    const proof = call.proof && { dpop: await call.proof() };
    const sentAt = clock();
    let response: Response;
    let text: string;
    try {
      response = await options.fetch(base + call.path, {
        method: call.method,
        headers: { ...headers, ...proof },
        ...sending,
        signal,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      text = await response.text();
    } catch (cause) {
      if (cause instanceof MfaProblem) throw cause;
      throw new MfaProblem(timeout.aborted ? 'timeout' : 'network', { cause });
    }
    const receivedAt = clock();
    const date = response.headers.get('date');
    if (date) options.onDate?.({ date, sentAt, receivedAt });
    const body = parse(text);
    if (!response.ok || body instanceof Error) throw problemOf(response, text, receivedAt);
    const wait = retryAfter(response.headers.get('retry-after'), receivedAt);
    return { body, sentAt, receivedAt, ...(wait === undefined ? {} : { retryAfter: wait }) };
  };

  return async (call) => {
    const headers: Record<string, string> = { accept: 'application/json' };
    const language = options.language?.();
    if (language) headers['accept-language'] = language;
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    if (call.token) headers.authorization = `Bearer ${call.token}`;
    // All attempts of one request have the same key, so the server repeats its first response and counts the request once.
    if (call.method !== 'GET') {
      headers['idempotency-key'] = Array.from(random(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(call, headers);
      } catch (error) {
        const problem = error as MfaProblem;
        const delay = Math.max((problem.retryAfter ?? 0) * 1000, 200 * 2 ** (tries - 1));
        if (tries >= options.attempts || !mayRepeat(problem) || delay > MAX_PAUSE_MS || call.signal?.aborted)
          throw problem;
        // Many clients may have lost the connection at the same time. A random factor of 1 to 2 spreads their next attempts.
        await options.wait(delay * (1 + (random(1)[0] ?? 0) / 255));
      }
    }
  };
};

/** The local times of one round trip, in milliseconds since the epoch. */
export interface Span {
  /** When the request was sent. */
  sentAt: number;
  /** When the response had arrived. */
  receivedAt: number;
}

/** An estimate of the server's clock. */
export interface ServerClock {
  /** Milliseconds to add to the local time; 0 before the first measurement. */
  readonly offset: number;
  /** Returns the estimated time of the server in milliseconds since the epoch. */
  now(): number;
  /** Adds a measurement. `serverTime` (RFC 3339) is the server's time during the round trip; an invalid one is ignored. */
  measure(serverTime: string, span: Span): void;
}

/**
 * Makes an estimate of the server's clock. Each measurement compares the server's time with the middle of the round trip, a
 * simplified form of RFC 5905 §8. The shortest round trip is used, because half of its duration is the maximum error. A
 * measurement that contradicts it replaces it: the local clock has changed, for example to automatic time.
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
