import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

export interface Serve {
  listener: RequestListener;
  host: string;
  port: number;
  /** Called when requests are answered. */
  ready: () => void;
  /** Ends what stands behind the listener, after its last answer. */
  close: () => Promise<void>;
}

/** Milliseconds that running requests get to finish once the server is told to stop. */
const grace = 2000;

/**
 * Listens until SIGINT or SIGTERM: then takes nothing new, finishes what runs, closes, and leaves the process to end by
 * itself. A second signal ends it at once.
 * @throws an error of one line when the address can't be had
 */
export async function serve({ listener, host, port, ready, close }: Serve): Promise<void> {
  const server = createServer(listener);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    await close();
    throw new Error(listenFault(cause, host, port), { cause });
  }
  ready();
  await stopSignal();
  const closed = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), grace);
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

function listenFault(cause: unknown, host: string, port: number): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what uses it, or set PORT to another one.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user: set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST ${host} is no address of this machine.`;
  return `Can't listen on ${host}:${port}: ${code ?? cause}.`;
}

/** Runs a program; what ends it early is one line and a non-zero exit code. */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
