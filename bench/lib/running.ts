import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchAccount, Cost } from './accounts.ts';
import type { Peer } from './peer.ts';

/** A server of a peer in its own process. */
export interface Running {
  peer: Peer;
  port: number;
  /** Returns the CPU time that the process has used, in seconds. */
  cpu(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts a server with its accounts in a temporary folder. All servers use the same size of libuv's thread pool: the default
 * or the one in the environment.
 */
export async function start(peer: Peer, accounts: readonly BenchAccount[], cost: Cost): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-bench-'));
  const setupFile = join(folder, 'setup.json');
  writeFileSync(setupFile, JSON.stringify({ accounts, folder, cost }));
  const child = fork(new URL('../child.ts', import.meta.url), [peer.name, setupFile], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const stop = async (): Promise<void> => {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { port } = await answerOf<{ port: number }>(child);
    return { peer, port, stop, cpu: () => cpuOf(child) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function cpuOf(child: ChildProcess): Promise<number> {
  const answer = answerOf<{ cpu: number }>(child);
  child.send('cpu');
  return (await answer).cpu / 1e6;
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A server of the benchmark ended with exit code ${code}.`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message as T;
  } finally {
    ended.catch(() => {});
    settled.abort();
  }
}
