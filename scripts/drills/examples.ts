import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { findBrowser } from '../browser.ts';
import { root } from '../lib/files.ts';
import { type Manifest, type Packed, published, withPacked } from '../lib/pack.ts';
import { freePort } from '../lib/port.ts';
import { runQuietly } from '../lib/run.ts';
import type { Tally } from '../lib/tally.ts';

/** The folders under `examples` that every run of the tests builds. */
export const testedExamples = ['plain-html', 'react-vite', 'existing-express'] as const;

/** All folders under `examples`. */
const allExamples = [...testedExamples, 'fastify', 'node-http'] as const;

/** The time limit of each action of the user, in ms. */
const STEP_TIMEOUT_MS = 15_000;

const username = 'anna';
const password = 'correct horse battery';

/** Where the dependencies of an example are installed in the workspace. */
const installed = ['.', 'demo-server', ...published.map((name) => `packages/${name}`)];

/** Builds each example against the packed packages, starts it, and logs in with a browser, with the set-up of a second factor. */
export async function examplesDrill(examples: readonly string[] = allExamples): Promise<Tally> {
  const { executablePath, args } = await findBrowser();
  const browser = await chromium.launch({ executablePath, args: [...args] });
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-examples-'));
  let passed = 0;
  try {
    await withAllPacked(async (packages) => {
      for (const name of examples) {
        const fault = await faultOf(browser, copyOf(name, folder, packages));
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

/** Copies an example, with the packed packages and its other dependencies as an installation places them. */
function copyOf(name: string, folder: string, packages: readonly Packed[]): string {
  const example = join(folder, name);
  cpSync(join(root, 'examples', name), example, { recursive: true });
  const modules = join(example, 'node_modules');
  for (const { folder: packed, manifest } of packages) {
    cpSync(packed, join(modules, manifest.name), { recursive: true });
  }
  const own = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8')) as Manifest & Dependencies;
  const all = [own, ...packages.map(({ manifest }) => manifest)] as readonly (Manifest & Dependencies)[];
  for (const { dependencies, devDependencies } of all) {
    for (const dependency of Object.keys({ ...dependencies, ...devDependencies })) {
      const target = join(modules, dependency);
      if (existsSync(target) || dependency.startsWith('@tweestap/')) continue;
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(find(dependency), target);
    }
  }
  return example;
}

interface Dependencies {
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** @throws Error if no package of the workspace has the dependency */
function find(dependency: string): string {
  const places = installed.map((place) => join(root, place, 'node_modules', dependency));
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`No package of the workspace depends on ${dependency}, which an example needs.`);
  return found;
}

/** Returns why a user can't log in to the example, or undefined. */
async function faultOf(browser: Browser, example: string): Promise<string | undefined> {
  const port = await freePort();
  const env = {
    ...process.env,
    PORT: String(port),
    PORTAL_DATABASE: join(example, 'portal.db'),
    TWEESTAP_DATABASE: join(example, 'tweestap.db'),
    TWEESTAP_ENCRYPTION_KEYS: `main:${randomBytes(32).toString('base64')}`,
  };
  let server: ChildProcess | undefined;
  try {
    if (existsSync(join(example, 'vite.config.js'))) runQuietly(process.execPath, [viteOf(example), 'build'], example);
    server = spawn(process.execPath, ['server.js'], { cwd: example, env, stdio: ['ignore', 'ignore', 'inherit'] });
    await listening(server, port);
    if (!existsSync(join(example, 'users.js'))) await addUser(example, env);
    await logIn(browser, `http://localhost:${port}`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    if (server && server.exitCode === null) {
      server.kill();
      await once(server, 'exit');
    }
  }
}

const viteOf = (example: string): string => join(example, 'node_modules/vite/bin/vite.js');

/** Waits until the server responds. @throws Error if it has ended */
async function listening(server: ChildProcess, port: number): Promise<void> {
  while (server.exitCode === null) {
    const isReady = await fetch(`http://localhost:${port}/login`).then(
      () => true,
      () => false,
    );
    if (isReady) return;
  }
  throw new Error(`server.js ended with ${server.exitCode}`);
}

/** Adds the user with the published command. */
async function addUser(example: string, env: NodeJS.ProcessEnv): Promise<void> {
  const cli = join(example, 'node_modules/@tweestap/server/dist/cli/main.js');
  const args = ['--disable-warning=ExperimentalWarning', cli, 'add-user', 'de-linde', username, '--password-stdin'];
  const child = spawn(process.execPath, args, { cwd: example, env, stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(password);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`tweestap add-user ended with ${code}`);
}

/** Logs in with the username and the password, and sets up an authenticator app, which every organisation requires by default. */
async function logIn(browser: Browser, origin: string): Promise<void> {
  const page = await browser.newPage({ locale: 'en-GB' });
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content.Security.Policy|TrustedType/i.test(message.text()))
      violations.push(message.text());
  });
  const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click();
  try {
    await page.goto(`${origin}/login`);
    await page.getByRole('textbox', { name: 'Username' }).fill(username);
    await press('Continue');
    await page.locator('input[type=password]').fill(password);
    await press(/^Log in$/);
    await press('Set it up');
    const link = page.getByRole('link', { name: 'Open the app on this device', includeHidden: true });
    const { searchParams } = new URL((await link.getAttribute('href')) ?? '');
    await page.locator('input[autocomplete=one-time-code]').pressSequentially(codeOf(searchParams.get('secret') ?? ''));
    await press('Continue');
    await press('Yes, I’ve saved them');
    await page.getByText(`Hello ${username}`).waitFor();
    if (violations.length > 0) throw new Error(violations.join('\n'));
  } catch (error) {
    const shown = await page.locator('body').ariaSnapshot();
    throw new Error(`${error instanceof Error ? error.message : error}\nThe page shows:\n${shown}`, { cause: error });
  } finally {
    await page.close();
  }
}

/** The current code of an authenticator app (RFC 6238, RFC 4226 §5.3). */
function codeOf(base32: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...base32].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}
