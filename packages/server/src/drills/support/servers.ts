import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./server-child.ts', import.meta.url));

export interface ServerSettings {
  database: string;
  /** `smtp://…`; without it mail waits. */
  smtp?: string;
  /** ms that its clock is ahead of the machine's. */
  ahead?: number;
  /** ms since the epoch: its clock stands still there, so that a code stays the one of now however slow the machine is. */
  frozenAt?: number;
  /** `real`: argon2id at its price. Else cheap, for drills that are about other things. */
  hashing?: 'real';
}

/** A program and arguments that the server is started by, such as one that gives it a disk of its own. */
type Launcher = readonly [string, ...string[]];

/** Every message is answered with the bytes that the process holds. */
export type ToServer = { ahead: number } | { ask: 'memory' };

export interface ServerProcess {
  readonly pid: number;
  readonly base: string;
  /** Resolves when the process is gone, however. */
  readonly gone: Promise<unknown>;
  signal(name: NodeJS.Signals): void;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** Bytes of resident memory. */
  memory(): Promise<number>;
  /** Moves its clock. */
  moveClock(ahead: number): Promise<void>;
}

/** Starts a server and waits until it listens. @throws Error with what it printed, when it ends instead */
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
  const tell = async (message: ToServer): Promise<number> => {
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
    memory: () => tell({ ask: 'memory' }),
    async moveClock(ahead) {
      await tell({ ahead });
    },
  };
}
