import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.ts';
import { root } from './lib/files.ts';
import { stopWithLaunchers } from './lib/launchers.ts';

/**
 * Runs the server `demo` or `start` on this terminal, after a build if a source file has changed. Signals are passed on to
 * the server. This process ends with the server's exit code, and the server ends with this process.
 */
async function main(name: string): Promise<void> {
  if (name !== 'demo' && name !== 'start')
    throw new Error(`The name of the server must be 'demo' or 'start', got '${name}'.`);
  await build();
  const server = join(root, 'demo-server/dist/server', `${name}.js`);
  const args = ['--disable-warning=ExperimentalWarning', server, ...process.argv.slice(3)];
  const child = spawn(process.execPath, args, {
    stdio: 'inherit',
    env: { NODE_ENV: 'production', ...process.env },
  });
  // Ctrl-C in a terminal reaches both processes, but a SIGINT that is sent to this process only must be passed on. The delay
  // gives the server time to end first, because a second SIGINT stops it immediately.
  process.on('SIGINT', () => setTimeout(() => child.kill('SIGINT'), 200));
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  stopWithLaunchers(() => child.kill('SIGTERM'));
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

try {
  await main(process.argv[2] ?? '');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
