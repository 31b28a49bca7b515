import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Browser {
  readonly executablePath: string;
  readonly args: readonly string[];
}

/** What keeps Chromium from talking to anyone but the page under test. */
const quiet = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${[
    // Pages of the address bar's own, which take half a second of CPU for each browser context.
    'WebUIOmniboxPopup',
    'WebUIOmniboxAimPopup',
    // Chromium follows the last list only, so what Playwright's own list turns off is repeated.
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

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const missing =
  'No Chromium or Chrome found, and none could be installed: install one, or set TWEESTAP_BROWSER to its executable.';

/**
 * The browser that tests run in: `TWEESTAP_BROWSER`, else one on the path, else Debian's package (as root), else
 * Playwright's own. Remembered in the environment, since test runners read their configuration again in each worker.
 * Throws an error of one line when there is none.
 */
export async function findBrowser(): Promise<Browser> {
  process.env.TWEESTAP_BROWSER ??= onPath() ?? fromDebian() ?? (await fromPlaywright());
  const executablePath = process.env.TWEESTAP_BROWSER;
  if (!executablePath || !isExecutable(executablePath)) {
    throw new Error(executablePath ? `TWEESTAP_BROWSER is not an executable file: ${executablePath}` : missing);
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
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  candidates.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
  return candidates.find(isExecutable);
}

function fromDebian(): string | undefined {
  const isRoot = process.getuid?.() === 0;
  const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (!isRoot || !isDebian) return undefined;
  console.log('No browser found: installing chromium with apt-get …');
  const options: SpawnSyncOptions = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  };
  spawnSync('apt-get', ['update', '-q'], options);
  spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], options);
  return onPath();
}

async function fromPlaywright(): Promise<string | undefined> {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  if (!existsSync(path)) spawnSync('playwright', ['install', 'chromium'], { stdio: ['ignore', 'ignore', 'inherit'] });
  return existsSync(path) ? path : undefined;
}

/** Containers and root often can't: then, and only then, the sandbox is left off. */
function sandboxWorks(executablePath: string): boolean {
  const args = [...quiet, '--dump-dom', 'data:text/html,sandboxed'];
  const { status, stdout } = spawnSync(executablePath, args, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 && stdout.includes('sandboxed');
}
