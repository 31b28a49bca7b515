import type { Database, StoreLogger } from '../database.ts';
import { lastSignal, signalsAfter } from '../signals.ts';

/** In ms: how often another process on the same file is noticed. Within this process, signals are immediate. */
const POLL_INTERVAL_MS = 2000;
/** The number of signals that one poll reads. With more, everything is woken. */
const MAX_READ = 500;

/**
 * Reads the signals of other processes on the same file, with one indexed query each two seconds, and only while something
 * waits here.
 */
export function listenSqlite(
  { read }: Pick<Database, 'read'>,
  options: { onText(text: string): void; onGap(): void; isAwaited(): boolean; logger?: StoreLogger | undefined },
): { stop(): Promise<void> } {
  const { onText, onGap, isAwaited, logger } = options;
  let last: number | undefined;
  let running: Promise<void> | undefined;
  const poll = async (): Promise<void> => {
    if (!isAwaited()) {
      last = undefined;
      return;
    }
    if (last === undefined) {
      last = await lastSignal(read);
      onGap();
      return;
    }
    const rows = await signalsAfter(read, last, MAX_READ);
    last = rows.at(-1)?.seq ?? last;
    if (rows.length === MAX_READ) onGap();
    else for (const { topic } of rows) onText(topic);
  };
  const timer = setInterval(() => {
    running ??= poll()
      .catch((error: unknown) => logger?.warn({ err: error }, 'signals could not be read'))
      .finally(() => {
        running = undefined;
      });
  }, POLL_INTERVAL_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
