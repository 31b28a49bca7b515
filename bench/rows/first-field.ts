import { type Browser, chromium } from '@playwright/test';
import { loginPages, servePage } from '../lib/pages.ts';
import { against, interleave } from '../lib/rounds.ts';

const OURS = 'Tweestap';
const SERVED = 'Tweestap, HTML from the server';

/** The largest ratio of our time to theirs. */
const gates: readonly { ours: string; theirs: string; atMost: number }[] = [
  { ours: OURS, theirs: 'Hanko', atMost: 0.52 },
  { ours: SERVED, theirs: 'plain HTML', atMost: 1.1 },
];

/** Chromium's preset 'Fast 3G': milliseconds of a round trip, and bytes per second. */
const network = { offline: false, latency: 562.5, downloadThroughput: 188_743, uploadThroughput: 86_400 };
const CPU_SLOWDOWN = 4;

/** Runs in the page before its own scripts: notes when a field is there that the user can focus. */
function watchForField(): void {
  const find = (root: Document | ShadowRoot): boolean =>
    [...root.querySelectorAll('*')].some(
      (node) =>
        (node instanceof HTMLInputElement && !node.disabled && node.getClientRects().length > 0) ||
        (node.shadowRoot !== null && find(node.shadowRoot)),
    );
  const look = (): void => {
    if (document.body && find(document)) document.documentElement.dataset.field = String(performance.now());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Opens the page in a browser without a cache. Returns the milliseconds from the navigation to the first field. */
async function timeOf(browser: Browser, port: number): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', network);
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
    await page.addInitScript(watchForField);
    await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'commit' });
    const time = await page.waitForFunction(() => document.documentElement.dataset.field);
    return Number(await time.jsonValue());
  } finally {
    await context.close();
  }
}

/** Row 2: the time from the start of the navigation to the first field, on a slow phone. */
export async function firstFieldRow(rounds: number): Promise<void> {
  const { TWEESTAP_BROWSER: executablePath, TWEESTAP_BROWSER_SANDBOX: sandbox } = process.env;
  if (!executablePath) throw new Error('Row 2 needs a browser, which pnpm bench finds or installs.');
  const browser = await chromium.launch({ executablePath, chromiumSandbox: sandbox === 'yes' });
  const stops: (() => void)[] = [];
  try {
    const candidates = [];
    for (const page of await loginPages()) {
      const { port, stop } = await servePage(page);
      stops.push(stop);
      candidates.push({ name: page.name, run: () => timeOf(browser, port) });
    }
    const results = await interleave(candidates, rounds, OURS);
    console.log('\n2  From the navigation to the first field, CPU 4 × slower, fast 3G');
    for (const { name, median } of results) console.log(`  ${name.padEnd(44)} ${median.toFixed(0).padStart(10)} ms`);
    for (const { ours, theirs, atMost } of gates) {
      const { median, minimum, maximum } = against(results, ours, theirs);
      const ratio = `${median.toFixed(2)} (${minimum.toFixed(2)} to ${maximum.toFixed(2)})`;
      const verdict = median <= atMost ? 'met' : 'MISSED';
      console.log(`  ${`${ours} / ${theirs}`.padEnd(44)} ${ratio}   gate ${atMost.toFixed(2)}: ${verdict}`);
    }
  } finally {
    for (const stop of stops) stop();
    await browser.close();
  }
}
