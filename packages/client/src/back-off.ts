/** Schedules the timed actions of a controller; tests pass a fake. */
export interface Timers {
  /** Calls `work` once after `ms` milliseconds, unless the returned function is called first. */
  after(work: () => void, ms: number): () => void;
}

/** Whether the user sees the page. */
export interface Presence {
  /** Whether the page is in a background tab. */
  readonly hidden: boolean;
  /** Calls `work` once when the page is visible again, unless the returned function is called first. */
  onVisible(work: () => void): () => void;
}

/** The visibility of the document. Without a document, as in Node, the page is always visible. */
export const platformPresence: Presence = {
  get hidden() {
    return globalThis.document?.hidden ?? false;
  },
  onVisible(work) {
    const abort = new AbortController();
    const changed = (): void => {
      if (document.hidden) return;
      abort.abort();
      work();
    };
    document.addEventListener('visibilitychange', changed, { signal: abort.signal });
    return () => abort.abort();
  },
};

/** The platform's `setTimeout` and `clearTimeout`. */
export const platformTimers: Timers = {
  after(work, ms) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** Pause after the first failure, in milliseconds. Each further pause is twice as long. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** Decides when a connection may be opened again: not while the page is hidden, and later after each failure. */
export class BackOff {
  readonly #timers: Timers;
  readonly #presence: Presence;
  #failures = 0;

  constructor(timers: Timers, presence: Presence) {
    this.#timers = timers;
    this.#presence = presence;
  }

  /** Makes the next pause longer. */
  failed(): void {
    this.#failures += 1;
  }

  /** Removes the pause, because something has arrived. */
  reset(): void {
    this.#failures = 0;
  }

  /** Resolves when the next connection may be opened, or when the signal aborts. */
  async ready(signal: AbortSignal): Promise<void> {
    if (this.#failures > 0) await until(signal, (resolve) => this.#timers.after(resolve, this.#pause()));
    if (this.#presence.hidden) await until(signal, (resolve) => this.#presence.onVisible(resolve));
  }

  /** Many pages may have lost the connection at the same time. A random factor of 1 to 2 spreads their next attempts. */
  #pause(): number {
    return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1)) * (1 + Math.random());
  }
}

/** Resolves when `begin` calls its argument, or when the signal aborts; then it calls what `begin` has returned. */
const until = (signal: AbortSignal, begin: (resolve: () => void) => () => void): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = begin(resolve);
    signal.addEventListener('abort', () => {
      end();
      resolve();
    });
  });
