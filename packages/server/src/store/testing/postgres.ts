import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, runAs } from './postgres-binaries.ts';

/** ms that a start of PostgreSQL may take. */
const START_LIMIT = 30_000;

/** A running PostgreSQL for tests. */
export interface TestPostgres {
  /** The URL of its first database. Its user may create more databases. */
  url: string;
  /** Stops the server and deletes its data. */
  stop(): Promise<void>;
  /** Kills all its processes with SIGKILL. */
  kill(): Promise<void>;
  /** Starts the server again on the same data and port, after `kill`. */
  startAgain(): Promise<void>;
  /** Pauses all its processes with SIGSTOP: the port still accepts connections, but nothing responds. */
  pause(): void;
  /** Resumes the paused processes. */
  resume(): void;
}

/** Starts a separate PostgreSQL on a free port of the loopback interface, with its data in a temporary folder. */
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
    // If the test process exits without calling `stop`, the server is stopped and its data deleted as well.
    const stopAtExit = (): void => {
      child.kill('SIGQUIT');
      clean();
    };
    const exitOnSignal = (): never => process.exit(143);
    process.once('exit', stopAtExit);
    process.once('SIGTERM', exitOnSignal);
    return {
      url: `postgres://tweestap@127.0.0.1:${port}/postgres`,
      async stop() {
        process.off('exit', stopAtExit);
        process.off('SIGTERM', exitOnSignal);
        // A paused process would never end.
        signalWithChildren(child, 'SIGCONT');
        await stopServer(child);
        clean();
      },
      async kill() {
        const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
        signalWithChildren(child, 'SIGKILL');
        await ended;
      },
      async startAgain() {
        child = await startServer(binaries.postgres, data, port);
      },
      pause: () => signalWithChildren(child, 'SIGSTOP'),
      resume: () => signalWithChildren(child, 'SIGCONT'),
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
    // Each connection is a process of its own, which starts faster with less memory to share.
    shared_buffers: '16MB',
    // The tests check how this program uses PostgreSQL, not PostgreSQL itself, so it need not wait for the disk.
    fsync: 'off',
    full_page_writes: 'off',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(postgres, ['-D', data, '-p', String(port), ...options], {
    ...runAs,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await ready(child);
  // The server must not keep a test process alive that has finished.
  child.unref();
  child.stderr?.resume();
  (child.stderr as { unref?: () => void } | null)?.unref?.();
  return child;
}

async function ready(child: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGQUIT');
      reject(new Error(`PostgreSQL did not start within ${START_LIMIT} ms: ${output}`));
    }, START_LIMIT);
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`PostgreSQL exited while it was starting: ${output}`));
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.includes('ready to accept connections')) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      child.stderr?.removeAllListeners('data');
      resolve();
    });
  });
}

/**
 * Sends a signal to the process that was started and to its children, by their ids. The parent is stopped first, so
 * that it starts no other child meanwhile.
 */
function signalWithChildren(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(child.pid, 'SIGSTOP');
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  for (const [pid] of pairs.filter(([, parent]) => parent === child.pid)) {
    try {
      if (pid !== undefined) process.kill(pid, signal);
    } catch (error) {
      // A child process has ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  process.kill(child.pid, signal);
}

/** Stops the process that was started, with a fast shutdown, which closes open connections. */
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
  if (address === null || typeof address === 'string') throw new Error('The system assigned no free port.');
  return address.port;
}
