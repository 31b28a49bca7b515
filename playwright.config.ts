import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/browser.ts';
import { freePort } from './scripts/lib/port.ts';

// Every worker reads this file again: what was chosen once stays in the environment.
const { executablePath, args } = await findBrowser();
process.env.TWEESTAP_E2E_PORT ??= String(await freePort());
process.env.TWEESTAP_E2E_FOLDER ??= mkdtempSync(join(tmpdir(), 'tweestap-e2e-'));
const port = process.env.TWEESTAP_E2E_PORT;
const origin = `http://localhost:${port}`;
const log = join(process.env.TWEESTAP_E2E_FOLDER, 'server.log');

// Tests tagged `@drill` are variants of others. They run in `pnpm test:drills` only (decision 0036).
const isDrill = process.env.TWEESTAP_E2E_TESTS === 'all';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  globalTeardown: './e2e/support/search-secrets.ts',
  forbidOnly: true,
  retries: 0,
  // Each test has people and an address of its own, and waits now and then for the next code.
  fullyParallel: true,
  // Tests wait for codes, so there are more workers than cores.
  workers: 6,
  // Tests that wait for long begin first, so that nothing waits for them at the end.
  projects: [
    { name: 'long', grep: /@long/, grepInvert: isDrill ? [] : /@drill/, timeout: 120_000 },
    { name: 'e2e', grepInvert: isDrill ? /@long/ : /@long|@drill/ },
  ],
  timeout: 60_000,
  maxFailures: 10,
  reporter: [['list'], ['./scripts/reporters/playwright.ts']],
  use: {
    baseURL: origin,
    locale: 'en-GB',
    // Recording a trace takes as long as the test itself, so traces are recorded on request only.
    trace: process.env.TWEESTAP_E2E_TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath, args: [...args] },
  },
  webServer: {
    // What it prints is searched for secrets after the run.
    command: `"${process.execPath}" --disable-warning=ExperimentalWarning demo-server/dist/server/demo.js > "${log}" 2>&1`,
    url: `${origin}/`,
    env: {
      NODE_ENV: 'production',
      PORT: port,
      TWEESTAP_BASE_URL: origin,
      TWEESTAP_DATABASE: join(process.env.TWEESTAP_E2E_FOLDER, 'demo.sqlite'),
      TWEESTAP_LOG_LEVEL: 'warn',
      // Each test comes from an address of its own: what one gets wrong is not held against another.
      TWEESTAP_TRUSTED_PROXIES: '127.0.0.1,::1',
    },
    timeout: 30_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
});
