import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface ServerProcess {
  /** Resolves at the first line that says so, or when the process has ended. */
  ready: Promise<void>;
  /** What it wrote until now, both streams. */
  output: () => string;
  /** Sends a signal and resolves with the exit code. */
  end: (signal?: NodeJS.Signals) => Promise<number | null>;
  ended: Promise<number | null>;
}

/** Runs one of the two built servers by itself. `env` is all that it knows of its surroundings. */
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
