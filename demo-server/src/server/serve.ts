import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

export interface Serve {
  listener: RequestListener;
  host: string;
  port: number;
  /** Called when the server accepts requests. */
  ready: () => void;
  /** Closes the resources of the listener, after the last response. */
  close: () => Promise<void>;
}

/** How long running requests may take to finish after a stop signal. */
const GRACE_MS = 2000;
/**
 * How long a connection without a request stays open. Proxies and load balancers close theirs after 60 s. The server must not be
 * the first to close, or a request that is on its way meanwhile fails (RFC 9112 §9.5).
 */
const KEEP_ALIVE_MS = 75_000;

/**
 * Listens until SIGINT or SIGTERM. Then it refuses new connections, waits for running requests, closes the resources, and
 * lets the process exit. A second signal exits immediately.
 * @throws an error of one line when the server can't listen on the address
 */
export async function serve({ listener, host, port, ready, close }: Serve): Promise<void> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    await close();
    throw new Error(listenError(cause, host, port), { cause });
  }
  ready();
  await stopSignal();
  const closed = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
  await close();
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(1));
      });
    }
  });
}

function listenError(cause: unknown, host: string, port: number): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') return `PORT ${port} is already in use: stop the other program, or set a different PORT.`;
  if (code === 'EACCES') return `PORT ${port} needs special permission: set PORT to a number above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST must be an address of this machine, got "${host}".`;
  return `The server can't listen on ${host}:${port}: ${code ?? cause}.`;
}

/** Runs a program. An error that ends it is printed as one line, and the exit code is 1. */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
