import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A port that is not in use. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface ServerProcess {
  /** Resolves when the output contains 'ready', or when the process has exited. */
  ready: Promise<void>;
  /** The output so far, of both streams. */
  output: () => string;
  /** Sends a signal. Resolves with the exit code. */
  end: (signal?: NodeJS.Signals) => Promise<number | null>;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
}

/** Runs one of the two built servers in its own process. Its environment contains only `env`, PATH and NODE_ENV. */
export function runServer(name: 'demo' | 'start', env: Record<string, string>): ServerProcess {
  const file = `demo-server/dist/server/${name}.js`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'close').then(() => child.exitCode);
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/ready/i.test(output)) resolve();
      });
    }
    void ended.then(() => resolve());
  });
  const end = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { ready, output: () => output, end, ended };
}
