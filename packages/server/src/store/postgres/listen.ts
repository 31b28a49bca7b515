import pg from 'pg';
import type { StoreLogger } from '../database.ts';
import { CHANNEL } from '../signals.ts';

/** In ms: the wait before the first and later attempts to connect again. */
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5000;
/** In ms: how often a query checks that the connection still works. A cut cable reports nothing by itself. */
const CHECK_INTERVAL_MS = 30_000;

/** Receives the signals of other processes. */
export interface Listening {
  /** Closes the connection. */
  stop(): Promise<void>;
}

/**
 * Listens to signals on one connection of its own. A lost connection is opened again; `onGap` is called then, because the
 * signals in between are lost.
 */
export function listenPostgres(
  address: string,
  options: { onText(text: string): void; onGap(): void; logger?: StoreLogger | undefined },
): Listening {
  const { onText, onGap, logger } = options;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let delay = FIRST_RETRY_MS;
  let isStopped = false;
  let hasConnected = false;

  const retry = (lost: pg.Client, error?: unknown): void => {
    if (isStopped || client !== lost) return;
    client = undefined;
    logger?.warn({ err: error }, 'the connection for notifications was lost; it is opened again');
    lost.end().catch(() => undefined);
    timer = setTimeout(connect, delay).unref();
    delay = Math.min(delay * 2, MAX_RETRY_MS);
  };
  const connect = (): void => {
    const current = new pg.Client({
      connectionString: address,
      application_name: 'tweestap-signals',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    client = current;
    current.on('notification', ({ payload }) => onText(payload ?? ''));
    current.on('error', (error) => retry(current, error));
    current.on('end', () => retry(current));
    current
      .connect()
      .then(() => current.query(`listen ${CHANNEL}`))
      .then(() => {
        delay = FIRST_RETRY_MS;
        if (hasConnected) onGap();
        hasConnected = true;
      })
      .catch((error: unknown) => retry(current, error));
  };
  connect();
  const check = setInterval(() => {
    const current = client;
    current
      ?.query({ text: 'select 1', query_timeout: CONNECT_TIMEOUT_MS } as pg.QueryConfig)
      .catch((error: unknown) => retry(current, error));
  }, CHECK_INTERVAL_MS).unref();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      clearInterval(check);
      await client?.end().catch(() => undefined);
    },
  };
}
