import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Browser {
  readonly executablePath: string;
  readonly args: readonly string[];
}

/** Arguments that stop Chromium from sending background requests. */
const quiet = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A test page lives for seconds, so optimised scripts and a process for graphics cost more than they save.
  '--js-flags=--no-opt --max-lazy',
  '--in-process-gpu',
  `--disable-features=${[
    // The address bar has its own pages, which take half a second of CPU time for each browser context.
    'WebUIOmniboxPopup',
    'WebUIOmniboxAimPopup',
    // Chromium uses only the last list, so the features that Playwright disables are repeated here.
    'DestroyProfileOnBrowserClose',
    'HttpsFirstBalancedModeAutoEnable',
    'HttpsUpgrades',
    'LensOverlay',
    'MediaRouter',
    'OptimizationHints',
    'PaintHolding',
    'ThirdPartyStoragePartitioning',
    'Translate',
  ].join(',')}`,
];

/** The browsers, the best one first. The headless shell has no windows, which saves a quarter of the processor time of a test. */
const names = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];

/** Debian's package of the first browser. */
const PACKAGE = 'chromium-headless-shell';

const notFound =
  'Chromium or Chrome was not found and could not be installed. Install it, or set TWEESTAP_BROWSER to its executable.';

/**
 * Returns the browser for the tests: `TWEESTAP_BROWSER`, otherwise a browser on the path, otherwise Debian's package (as
 * root), otherwise Playwright's browser. The result is stored in the environment, because test runners read their
 * configuration in each worker.
 * @throws Error with a message of one line if no browser is available
 */
export async function findBrowser(): Promise<Browser> {
  process.env.TWEESTAP_BROWSER ??= onPath() ?? fromDebian() ?? (await fromPlaywright());
  const executablePath = process.env.TWEESTAP_BROWSER;
  if (!executablePath || !isExecutable(executablePath)) {
    throw new Error(executablePath ? `TWEESTAP_BROWSER must be an executable file, got "${executablePath}"` : notFound);
  }
  process.env.TWEESTAP_BROWSER_SANDBOX ??= sandboxWorks(executablePath) ? 'yes' : 'no';
  const sandbox = process.env.TWEESTAP_BROWSER_SANDBOX === 'no' ? ['--no-sandbox'] : [];
  return { executablePath, args: [...quiet, ...sandbox] };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  candidates.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
  return candidates.find(isExecutable);
}

function fromDebian(): string | undefined {
  const isRoot = process.getuid?.() === 0;
  const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (!isRoot || !isDebian) return undefined;
  console.log(`No browser found. Installing ${PACKAGE} with apt-get …`);
  const options: SpawnSyncOptions = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  };
  spawnSync('apt-get', ['update', '-q'], options);
  spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', PACKAGE], options);
  return onPath();
}

async function fromPlaywright(): Promise<string | undefined> {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  if (!existsSync(path)) spawnSync('playwright', ['install', 'chromium'], { stdio: ['ignore', 'ignore', 'inherit'] });
  return existsSync(path) ? path : undefined;
}

/** Returns whether Chromium starts with its sandbox, which often fails in containers and as root. */
function sandboxWorks(executablePath: string): boolean {
  const args = [...quiet, '--dump-dom', 'data:text/html,sandboxed'];
  const { status, stdout } = spawnSync(executablePath, args, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 && stdout.includes('sandboxed');
}
