import type { ServerResponse } from 'node:http';

/** The open response of a stream of server-sent events. */
export interface EventStream {
  /** Sends an event. @param data JSON on one line */
  send(event: string, data: string): void;
  /** Sends a comment, so that proxies keep the connection open. */
  beat(): void;
  /** Ends the response. */
  end(): void;
  /** Called once, when the response has ended or the client has gone. */
  onEnd(listener: () => void): void;
}

/** Bytes that may wait for a slow client. Events are small, so a client that has so many unread is gone. */
const MAX_UNREAD = 64 * 1024;

/** Opens a response, whose headers were sent, as server-sent events (HTML Living Standard §9.2). */
export function openStream(res: ServerResponse): EventStream {
  const write = (text: string): void => {
    if (res.writableEnded || res.destroyed) return;
    res.write(text);
    if (res.writableLength > MAX_UNREAD) res.destroy();
  };
  return {
    send: (event, data) => write(`event: ${event}\ndata: ${data}\n\n`),
    beat: () => write(':\n\n'),
    end: () => void (res.writableEnded || res.end()),
    onEnd(listener) {
      if (res.destroyed || res.writableFinished) listener();
      else res.once('close', listener);
    },
  };
}
