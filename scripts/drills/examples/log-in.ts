import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';

/** The time limit of each action of the user, in ms. */
const STEP_TIMEOUT_MS = 15_000;

const username = 'anna';
const password = 'correct horse battery';

/** Adds the user with the published command. */
export async function addUser(example: string, env: NodeJS.ProcessEnv): Promise<void> {
  const cli = join(example, 'node_modules/@tweestap/server/dist/cli/main.js');
  const args = ['--disable-warning=ExperimentalWarning', cli, 'add-user', 'de-linde', username, '--password-stdin'];
  const child = spawn(process.execPath, args, { cwd: example, env, stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(password);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`tweestap add-user ended with ${code}`);
}

/** Types the username while the page runs no scripts. */
export async function typeWithoutScripts(browser: Browser, origin: string): Promise<void> {
  const page = await browser.newPage({ javaScriptEnabled: false });
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  try {
    await page.goto(`${origin}/login`);
    await page.getByRole('textbox', { name: 'Username' }).fill(username);
  } finally {
    await page.close();
  }
}

/** Logs in with the username and the password, and sets up an authenticator app, which every organisation requires by default. */
export async function logIn(browser: Browser, origin: string): Promise<void> {
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
