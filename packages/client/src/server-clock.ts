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
