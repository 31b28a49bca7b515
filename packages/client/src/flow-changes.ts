import type { Flow as WireFlow } from '@tweestap/protocol';
import type { MfaProblem } from './problem.ts';
import type { Transport } from './transport.ts';
import type { Stream } from './transport-stream.ts';

/** Seconds for which the server may hold a long poll. */
const HELD_S = 25;

/** Milliseconds before the end of a long poll in which its response means that nothing has changed. */
const MARGIN_MS = 1_000;

/** Milliseconds after which a long poll is lost. */
const TIMEOUT_MS = (HELD_S + 15) * 1000;

/** Pause after the first long poll that the server did not hold, in milliseconds. Each further pause is twice as long. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** What `createChanges` needs. */
export interface ChangesParts {
  /** Sends the long polls. */
  transport: Transport;
  /** Reads the events. */
  stream: Stream;
  /** Path of the flow, below the mount path. */
  path: string;
  /** The bearer token of the flow. */
  token: string;
  /** Resolves after the given number of milliseconds. */
  wait: (ms: number) => Promise<void>;
}

/** Yields each time the server reports that the flow may have changed. Ends when the server ends the connection. */
export type Changes = (signal: AbortSignal) => AsyncGenerator<void, void>;

/** Whether no events can be read here: an older server has none, or a proxy on the way holds them back. */
const cannotStream = (problem: MfaProblem): boolean =>
  problem.is('unexpected-answer', 'timeout', 'not-found', 'method-not-allowed');

const stepIn = (body: unknown): string => JSON.stringify((body as { flow?: WireFlow } | undefined)?.flow?.step) ?? '';

/** Makes the function that reports the changes of a flow: by server-sent events, or by long polling where those do not arrive. */
export const createChanges = ({ transport, stream, path, token, wait }: ChangesParts): Changes => {
  let streams = true;

  async function* byEvents(signal: AbortSignal): AsyncGenerator<void, void> {
    for await (const { name } of stream({ path: `${path}/events`, token, signal })) if (name === 'changed') yield;
  }

  async function* byPolling(signal: AbortSignal): AsyncGenerator<void, void> {
    let known = '';
    let fruitless = 0;
    for (;;) {
      const response = await transport({
        method: 'GET',
        path: `${path}?wait=${HELD_S}`,
        token,
        signal,
        timeout: TIMEOUT_MS,
      });
      const step = stepIn(response.body);
      const isHeld = response.receivedAt - response.sentAt >= HELD_S * 1000 - MARGIN_MS;
      if (isHeld && step === known) continue;
      fruitless = step === known ? fruitless + 1 : 0;
      known = step;
      yield;
      if (fruitless > 0) await wait(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (fruitless - 1)));
    }
  }

  return async function* changes(signal) {
    try {
      if (streams) return yield* byEvents(signal);
    } catch (error) {
      if (signal.aborted || !cannotStream(error as MfaProblem)) throw error;
      streams = false;
    }
    yield* byPolling(signal);
  };
};
