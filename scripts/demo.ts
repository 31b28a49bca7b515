import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.ts';
import { root } from './lib/files.ts';
import { stopWithLaunchers } from './lib/launchers.ts';

/**
 * `demo` or `start`: builds when something changed, then runs that server on this terminal. Signals reach the server,
 * its exit code becomes ours, and it does not outlive us.
 */
async function main(name: string): Promise<void> {
  if (name !== 'demo' && name !== 'start') throw new Error(`Expected 'demo' or 'start', got '${name}'.`);
  await build();
  const server = join(root, 'demo-server/dist/server', `${name}.js`);
  const args = ['--disable-warning=ExperimentalWarning', server, ...process.argv.slice(3)];
  const child = spawn(process.execPath, args, {
    stdio: 'inherit',
    env: { NODE_ENV: 'production', ...process.env },
  });
  // A terminal's Ctrl-C reaches the server by itself, and twice would be 'at once, without finishing'; a signal sent to
  // this process alone has to be passed on.
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
