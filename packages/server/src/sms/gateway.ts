import type { Clock } from '../crypto/tokens.ts';
import type { Receipt } from '../outbox/channel.ts';
import { type GatewaySettings, type Placeholder, textAt } from './gateway-settings.ts';
import { type OutgoingSms, SmsFailure, type SmsTransport } from './transport.ts';

const SECOND = 1000;
/** The largest response that is read. The id of a message is much shorter. */
const MAX_RESPONSE_BYTES = 64 * 1024;
/** The longest id of a gateway that is stored. */
const MAX_ID_LENGTH = 200;
/** Statuses at which another attempt may succeed, and those that concern every message: the account, the address. */
const TEMPORARY: readonly number[] = [408, 425, 429];
const EVERY_MESSAGE: readonly number[] = [401, 402, 403, 404, 405, 407, 410];

/** What the transport depends on. */
export interface GatewayDeps {
  /** Default: that of Node. */
  fetch?: typeof globalThis.fetch;
  /** For a `Retry-After` that is a date. */
  clock: Clock;
}

/** Returns a transport to the HTTP API of a gateway. */
export function createGateway(settings: GatewaySettings, deps: GatewayDeps): SmsTransport {
  const { fetch = globalThis.fetch, clock } = deps;
  return {
    timeout: settings.timeoutSeconds * SECOND,
    async send(sms, signal) {
      const response = await requestTo(fetch, settings, sms, signal);
      if (!response.ok) {
        await response.body?.cancel();
        throw refusal(response, clock());
      }
      return await receiptOf(settings, response, signal);
    },
    close() {},
  };
}

async function requestTo(
  fetch: typeof globalThis.fetch,
  settings: GatewaySettings,
  sms: OutgoingSms,
  signal: AbortSignal,
): Promise<Response> {
  const { url, method, headers, format } = settings;
  const type = format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  try {
    // A redirect is not followed: it would hand number, code and credentials to another address.
    return await fetch(url, {
      ...{ method, signal, redirect: 'manual', body: bodyOf(settings, sms) },
      headers: { accept: 'application/json', ...fill(headers, sms), 'content-type': type },
    });
  } catch (error) {
    throw connectionFailure(error, signal);
  }
}

/** A time-out says nothing about whether the gateway took the message. It is sent again under the same id. */
function connectionFailure(error: unknown, signal: AbortSignal): SmsFailure {
  const isTimeout = signal.aborted && signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
  return new SmsFailure(isTimeout ? 'timeout' : 'connection', { outage: true, cause: error });
}

function refusal(response: Response, now: number): SmsFailure {
  const { status } = response;
  const reason = `http-${status}`;
  const concernsAll = status >= 500 || status < 400 || TEMPORARY.includes(status) || EVERY_MESSAGE.includes(status);
  if (!concernsAll) return new SmsFailure(reason, { permanent: true });
  return new SmsFailure(reason, { outage: true, retryAfter: retryAfter(response.headers.get('retry-after'), now) });
}

/** The wait that a gateway asks for, in ms (RFC 9110 §10.2.3): seconds or a date. 0 without a usable one. */
function retryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const wait = /^\d{1,9}$/.test(header) ? Number(header) * SECOND : Date.parse(header) - now;
  return Number.isFinite(wait) && wait > 0 ? wait : 0;
}

/**
 * Reads the response of a gateway that accepted the message. If it can't be read, the message counts as accepted, because
 * another one would cost the organisation money and the user a second code.
 */
async function receiptOf(settings: GatewaySettings, response: Response, signal: AbortSignal): Promise<Receipt> {
  const { messageId, accepted } = settings;
  if (messageId === undefined && accepted === undefined) {
    await response.body?.cancel();
    return {};
  }
  const answer = await read(response, signal);
  if (accepted) {
    if (answer === undefined) throw new SmsFailure(signal.aborted ? 'timeout' : 'bad-response', { outage: true });
    const value = textAt(answer, accepted.at);
    if (value === undefined || !accepted.values.includes(value)) throw new SmsFailure('not-accepted');
  }
  const id = messageId === undefined ? undefined : textAt(answer, messageId);
  return id === undefined || id === '' || id.length > MAX_ID_LENGTH ? {} : { gatewayId: id };
}

/** The JSON of a response; undefined when it is none, is too long, or does not arrive in time. */
async function read(response: Response, signal: AbortSignal): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > MAX_RESPONSE_BYTES || signal.aborted) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Fills the placeholders of each text. Because the texts are filled before they are encoded, none can break out (R78). */
function bodyOf({ format, body }: GatewaySettings, sms: OutgoingSms): string {
  const filled = fill(body, sms);
  return format === 'json' ? JSON.stringify(filled) : new URLSearchParams(filled as Record<string, string>).toString();
}

function fill<T>(template: T, sms: OutgoingSms): T {
  const values: Readonly<Record<Placeholder, string>> = {
    to: sms.to,
    digits: sms.to.slice(1),
    text: sms.text,
    id: sms.id,
  };
  const fillIn = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return value.replace(/\{(to|digits|text|id)\}/g, (_, name: Placeholder) => values[name]);
    }
    if (Array.isArray(value)) return value.map(fillIn);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fillIn(each)]));
  };
  return fillIn(template) as T;
}
