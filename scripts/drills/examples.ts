import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { findBrowser } from '../browser.ts';
import { root } from '../lib/files.ts';
import { type Packed, published, withPacked } from '../lib/pack.ts';
import { freePort } from '../lib/port.ts';
import { runQuietly } from '../lib/run.ts';
import type { Tally } from '../lib/tally.ts';
import { type Installed, installExample } from './examples/install.ts';
import { addUser, logIn, typeWithoutScripts } from './examples/log-in.ts';

/** The folders under `examples` that every run of the tests builds. */
export const testedExamples = ['plain-html', 'react-vite', 'existing-express'] as const;

/** The examples whose HTML has the first screen. */
const serverRendered: readonly string[] = ['fastify', 'next'];

/** All folders under `examples`. TWEESTAP_EXAMPLES selects some of them, comma-separated. */
const allExamples = (): readonly string[] =>
  process.env.TWEESTAP_EXAMPLES?.split(',') ??
  readdirSync(join(root, 'examples')).filter((name) => existsSync(join(root, 'examples', name, 'package.json')));

/** Builds each example against the packed packages, starts it, and logs in with a browser, with the set-up of a second factor. */
export async function examplesDrill(examples: readonly string[] = allExamples()): Promise<Tally> {
  const { executablePath, args } = await findBrowser();
  const browser = await chromium.launch({ executablePath, args: [...args] });
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-examples-'));
  let passed = 0;
  try {
    await withAllPacked(async (packages) => {
      for (const name of examples) {
        const install = () => installExample(name, folder, packages);
        const fault = await faultOf(browser, install, serverRendered.includes(name));
        console.log(fault ? `  FAILED: ${name}: ${fault}` : `  passed: ${name}`);
        if (!fault) passed += 1;
      }
    });
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { passed, failed: examples.length - passed };
}

/** Packs all published packages, and calls `use` with them. */
function withAllPacked(use: (packages: readonly Packed[]) => Promise<void>): Promise<void> {
  const next = (names: readonly string[], packed: readonly Packed[]): Promise<void> => {
    const [name, ...others] = names;
    return name ? withPacked(name, (one) => next(others, [...packed, one])) : use(packed);
  };
  return next(published, []);
}

/** Returns why a user can't log in to the example, or undefined. */
async function faultOf(browser: Browser, install: () => Installed, isRendered: boolean): Promise<string | undefined> {
  let server: ChildProcess | undefined;
  try {
    const example = install();
    const port = await freePort();
    const env = environmentOf(example, port);
    if (example.scripts.build) runQuietly('npm', ['run', 'build'], example.folder, { env });
    server = start(example, env);
    await listening(server, port);
    if (!existsSync(join(example.folder, 'users.js'))) await addUser(example.folder, env);
    if (isRendered) await typeWithoutScripts(browser, `http://localhost:${port}`);
    await logIn(browser, `http://localhost:${port}`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    if (server && server.exitCode === null && server.signalCode === null) {
      server.kill();
      await once(server, 'exit');
    }
  }
}

/** The settings of an example. The programs of the workspace, such as Vite, are on the path of an example with links. */
const environmentOf = ({ folder }: Installed, port: number): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter),
  NEXT_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
  NODE_ENV: 'production',
  PORT: String(port),
  PORTAL_DATABASE: join(folder, 'portal.db'),
  TWEESTAP_DATABASE: join(folder, 'tweestap.db'),
  TWEESTAP_ENCRYPTION_KEYS: `main:${randomBytes(32).toString('base64')}`,
});

function start({ folder }: Installed, env: Record<string, string>): ChildProcess {
  const hasServer = existsSync(join(folder, 'server.js'));
  const [command, args] = hasServer ? [process.execPath, ['server.js']] : ['npm', ['start']];
  return spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Waits until the server responds. @throws Error if it has ended */
async function listening(server: ChildProcess, port: number): Promise<void> {
  while (server.exitCode === null && server.signalCode === null) {
    const isReady = await fetch(`http://localhost:${port}/login`).then(
      () => true,
      () => false,
    );
    if (isReady) return;
  }
  throw new Error(`server.js ended with ${server.exitCode ?? server.signalCode}`);
}
