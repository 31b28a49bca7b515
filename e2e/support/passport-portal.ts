import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './server-process.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A running `examples/passport`, on databases of its own. */
export interface PassportPortal {
  origin: string;
  /** Kills the server, and starts it again on the same databases. */
  restart(): Promise<void>;
  /** Stops the server, and deletes its databases. */
  stop(): Promise<void>;
}

/** Starts `examples/passport` on a free port. The packages of the benchmark include Passport and the other dependencies. */
export async function startPassportPortal(): Promise<PassportPortal> {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-passport-'));
  cpSync(join(ROOT, 'examples/passport'), folder, { recursive: true });
  cpSync(join(import.meta.dirname, 'slow-sessions.js'), join(folder, 'slow-sessions.js'));
  symlinkSync(join(ROOT, 'bench/node_modules'), join(folder, 'node_modules'), 'dir');
  const port = await freePort();
  const env = {
    PATH: process.env.PATH ?? '',
    PORT: String(port),
    PORTAL_DATABASE: join(folder, 'portal.db'),
    TWEESTAP_DATABASE: join(folder, 'tweestap.db'),
    TWEESTAP_ENCRYPTION_KEYS: `main:${randomBytes(32).toString('base64')}`,
  };
  let server = await start(folder, env);
  const kill = async (): Promise<void> => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  return {
    origin: `http://localhost:${port}`,
    async restart() {
      await kill();
      server = await start(folder, env);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Resolves when the server has printed its address. @throws Error with its output if it has ended */
async function start(folder: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const args = ['--disable-warning=ExperimentalWarning', '--import', './slow-sessions.js', 'server.js'];
  const server = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/^http:/m.test(output)) resolve();
      });
    }
    server.once('exit', (code) => reject(new Error(`server.js ended with ${code}: ${output}`)));
  });
  return server;
}
