import { MfaProblem } from './problem.ts';
import { baseOf, problemOf, sending, type TransportOptions } from './transport.ts';

/** One server-sent event. */
export interface ServerEvent {
  /** The name of the event. */
  name: string;
  /** Its data, without the line break at the end. */
  data: string;
}

/** A request for a stream of server-sent events. */
export interface StreamCall {
  /** Path below the mount path, with a leading slash. */
  path: string;
  /** The bearer token of the flow. */
  token?: string | undefined;
  /** The proof of the device's key (RFC 9449). */
  proof?: string | undefined;
  /** Ends the stream. */
  signal: AbortSignal;
}

/** Opens a stream and yields its events until the server ends it. Throws an `MfaProblem` if the stream breaks. */
export type Stream = (call: StreamCall) => AsyncGenerator<ServerEvent, void>;

/** Options of `createStream`. */
export type StreamOptions = Pick<TransportOptions, 'api' | 'fetch' | 'language' | 'clock'> & {
  /** Milliseconds without a byte after which a stream is broken. Default 5,000 before the first byte and 45,000 after it. */
  silence?: { first: number; next: number } | undefined;
};

const SILENCE = { first: 5_000, next: 45_000 };

/** Returns the event of one block of lines (HTML, 'Interpreting an event stream'), or undefined for a comment. */
const eventOf = (block: string): ServerEvent | undefined => {
  const fields = block.split(/\r?\n/).map((line) => /^(event|data): ?(.*)$/.exec(line));
  const valuesOf = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
  const data = valuesOf('data');
  return data.length > 0 ? { name: valuesOf('event').at(-1) ?? 'message', data: data.join('\n') } : undefined;
};

/**
 * Makes the function that reads server-sent events with `fetch`. `EventSource` can't send a header, and a token in the address
 * would be written to logs (R72). A stream that stays silent is broken: a proxy on the way may hold back its bytes.
 */
export const createStream = (options: StreamOptions): Stream => {
  const { silence = SILENCE } = options;
  return async function* stream({ path, token, proof, signal }) {
    const own = new AbortController();
    const end = (): void => own.abort();
    signal.addEventListener('abort', end);
    let timer = setTimeout(end, silence.first);
    try {
      const language = options.language?.();
      const response = await options.fetch(baseOf(options.api) + path, {
        ...sending,
        signal: own.signal,
        headers: {
          accept: 'text/event-stream',
          ...(language ? { 'accept-language': language } : {}),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(proof ? { dpop: proof } : {}),
        },
      });
      if (!response.ok) throw problemOf(response, await response.text(), options.clock());
      if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
        throw new MfaProblem('unexpected-answer', { status: response.status });
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(end, silence.next);
        const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const event = eventOf(block);
          if (event) yield event;
        }
      }
    } catch (cause) {
      throw cause instanceof MfaProblem ? cause : new MfaProblem(own.signal.aborted ? 'timeout' : 'network', { cause });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      end();
    }
  };
};
