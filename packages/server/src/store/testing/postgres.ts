import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, runAs } from './postgres-binaries.ts';

const START_LIMIT = 30_000;

export interface TestPostgres {
  /** The address of its first database; the user may make more. */
  url: string;
  stop(): Promise<void>;
  /** kill -9 of all its processes. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port, after `kill`. */
  startAgain(): Promise<void>;
  /** Stops all its processes where they are: it takes connections and answers nothing. */
  pause(): void;
  resume(): void;
}

/** Starts a PostgreSQL of its own on a free port of the loopback, with its data in a temporary folder. */
export async function startPostgres(): Promise<TestPostgres> {
  const binaries = findPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-postgres-data-'));
  if (runAs) chownSync(folder, runAs.uid, runAs.gid);
  const clean = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    if (binaries.temporary) rmSync(binaries.temporary, { recursive: true, force: true });
  };
  try {
    const data = join(folder, 'data');
    initialise(binaries.initdb, data);
    const port = await freePort();
    let child = await startServer(binaries.postgres, data, port);
    // A test process that ends without stopping leaves nothing behind either.
    const last = (): void => {
      child.kill('SIGQUIT');
      clean();
    };
    const killed = (): never => process.exit(143);
    process.once('exit', last);
    process.once('SIGTERM', killed);
    return {
      url: `postgres://tweestap@127.0.0.1:${port}/postgres`,
      async stop() {
        process.off('exit', last);
        process.off('SIGTERM', killed);
        // One that was paused would never end.
        signalFamily(child, 'SIGCONT');
        await stopServer(child);
        clean();
      },
      async kill() {
        const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
        signalFamily(child, 'SIGKILL');
        await ended;
      },
      async startAgain() {
        child = await startServer(binaries.postgres, data, port);
      },
      pause: () => signalFamily(child, 'SIGSTOP'),
      resume: () => signalFamily(child, 'SIGCONT'),
    };
  } catch (error) {
    clean();
    throw error;
  }
}

function initialise(initdb: string, data: string): void {
  const options = ['-D', data, '-U', 'tweestap', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const result = spawnSync(initdb, options, { ...runAs, encoding: 'utf8', timeout: START_LIMIT });
  if (result.status !== 0) throw new Error(`initdb failed: ${result.error?.message ?? result.stderr}`);
}

async function startServer(postgres: string, data: string, port: number): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    // What is tested is our own care, not PostgreSQL's: it need not wait for the disk.
    fsync: 'off',
    full_page_writes: 'off',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(postgres, ['-D', data, '-p', String(port), ...options], {
    ...runAs,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await ready(child);
  // It must not keep a test process alive that has nothing else to do.
  child.unref();
  child.stderr?.resume();
  (child.stderr as { unref?: () => void } | null)?.unref?.();
  return child;
}

async function ready(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGQUIT');
      reject(new Error(`PostgreSQL did not start in time: ${said}`));
    }, START_LIMIT);
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`PostgreSQL ended at its start: ${said}`));
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.includes('ready to accept connections')) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      child.stderr?.removeAllListeners('data');
      resolve();
    });
  });
}

/** Signals the process that was started and those that it started, by their ids. It starts no other meanwhile. */
function signalFamily(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(child.pid, 'SIGSTOP');
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  for (const [pid] of pairs.filter(([, parent]) => parent === child.pid)) {
    try {
      if (pid !== undefined) process.kill(pid, signal);
    } catch (error) {
      // One of its helpers ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  process.kill(child.pid, signal);
}

/** Ends the very process that was started: fast shutdown, open connections are cut. */
async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.ref();
  child.kill('SIGINT');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('No free port was given.');
  return address.port;
}
