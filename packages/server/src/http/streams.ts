import type { IncomingMessage } from 'node:http';
import type { Hub } from '../waiting/hub.ts';
import type { Answer } from './answer.ts';
import type { EventStream } from './event-stream.ts';

/** Builds an answer that stays open as server-sent events. A HEAD request gets its headers only. */
export function eventStream(req: Pick<IncomingMessage, 'method'>, open: (stream: EventStream) => void): Answer {
  return { status: 200, stream: req.method === 'HEAD' ? (stream) => stream.end() : open };
}

/** What a wait was ended by. */
export type Woken = 'changed' | 'timeout' | 'full' | 'closing' | 'gone';

/** A wait for the topics. It begins at once, so that a change while the present state is read is not missed. */
export interface Wait {
  /** Resolves when something changed or the time is over. */
  readonly over: Promise<Woken>;
  /** Ends the wait. */
  cancel(): void;
}

/** Begins to wait. The end of the connection ends the wait too. */
export function beginWait(
  hub: Hub,
  req: IncomingMessage,
  { topics, group, ms }: { topics: readonly string[]; group: string; ms: number },
): Wait {
  const { promise, resolve } = Promise.withResolvers<Woken>();
  const onGone = (): void => finish('gone');
  const timer = setTimeout(() => finish('timeout'), ms);
  const finish = (woken: Woken): void => {
    clearTimeout(timer);
    req.socket.off('close', onGone);
    remove();
    resolve(woken);
  };
  let remove = (): void => undefined;
  req.socket.once('close', onGone);
  remove = hub.add({ wake: () => finish('changed'), end: finish }, { topics, group });
  return { over: promise, cancel: () => finish('timeout') };
}

/** The largest value of `?wait`, in seconds: below the timeouts of usual proxies. */
const MAX_WAIT = 25;

/** The seconds of `?wait`, or undefined without it or for another value. */
export function waitSeconds(query: ReadonlyMap<string, string>): number | undefined {
  const text = query.get('wait');
  if (text === undefined || !/^\d{1,2}$/.test(text)) return undefined;
  return Math.min(Number(text), MAX_WAIT);
}
