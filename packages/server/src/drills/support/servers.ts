import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./server-child.ts', import.meta.url));

/** The settings of a server process. */
export interface ServerSettings {
  /** The address of the database. */
  database: string;
  /** The address of the mail server, `smtp://…`. Without it, mails stay in the outbox. */
  smtp?: string;
  /** ms by which its clock is ahead of the machine's. Default 0. */
  ahead?: number;
  /** ms since the epoch at which its clock is stopped, so that a code stays valid on a slow machine. */
  frozenAt?: number;
  /** `real`: argon2id with its default parameters. By default hashing is cheap. */
  hashing?: 'real';
}

/** The program and arguments that start the server, such as a program that mounts a separate disk. */
type Launcher = readonly [string, ...string[]];

/** A message to the server process, which answers each with its resident memory in bytes. */
export type ToServer = { ahead: number } | { ask: 'memory' };

/** A running server process. */
export interface ServerProcess {
  /** The process id. */
  readonly pid: number;
  /** The base URL of the API. */
  readonly base: string;
  /** Resolves when the process has ended for any reason. */
  readonly gone: Promise<unknown>;
  /** Sends a signal. */
  signal(name: NodeJS.Signals): void;
  /** Kills the process with SIGKILL and waits for its end. */
  kill(): Promise<void>;
  /** Bytes of resident memory. */
  memory(): Promise<number>;
  /** Sets by how many ms its clock is ahead. */
  moveClock(ahead: number): Promise<void>;
}

/** Starts a server and waits until it listens. @throws Error with its output if it ends instead */
export async function startServer(settings: ServerSettings, launcher: Launcher = ['env']): Promise<ServerProcess> {
  const [command, ...before] = launcher;
  const args = ['--conditions=tweestap-source', '--disable-warning=ExperimentalWarning', program];
  const child = spawn(command, [...before, process.execPath, ...args, JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-4000);
  });
  const gone = once(child, 'close');
  const port = await Promise.race([once(child, 'message').then(([message]) => message as number), gone]);
  if (typeof port !== 'number') throw new Error(`The server did not start: ${printed}`);
  return processOf(child, port, gone);
}

function processOf(child: ChildProcess, port: number, gone: Promise<unknown>): ServerProcess {
  const send = async (message: ToServer): Promise<number> => {
    child.send(message);
    const [bytes] = (await once(child, 'message')) as [number];
    return bytes;
  };
  return {
    pid: child.pid ?? 0,
    base: `http://127.0.0.1:${port}/mfa/v1`,
    gone,
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    memory: () => send({ ask: 'memory' }),
    async moveClock(ahead) {
      await send({ ahead });
    },
  };
}
