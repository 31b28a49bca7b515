import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { freePort, runServer, type ServerProcess } from './support/server-process.ts';

/** A file in the output folder of the running test. */
const inFolder = (name: string): string => test.info().outputPath(name);

const key = `main:${Buffer.alloc(32, 5).toString('base64')}`;

test('the reference server has the API, the elements and /account, and none of the demo routes', async () => {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env = { PORT: String(port), TWEESTAP_DATABASE: inFolder('start.sqlite'), TWEESTAP_ENCRYPTION_KEYS: key };
  const server = runServer('start', env);
  try {
    await server.ready;
    expect(server.output()).toContain(`Ready: ${origin}/account`);
    const status = async (path: string, init?: RequestInit) => (await fetch(origin + path, init)).status;
    expect(await status('/mfa/v1/openapi.json')).toBe(200);
    expect(await status('/mfa/v1/session')).toBe(401);
    expect(await status('/account')).toBe(200);
    expect(await status('/elements/mfa-login.js')).toBe(200);
    const page = await fetch(`${origin}/account`);
    expect(await page.text()).toContain('<mfa-login');
    // Longer than proxies keep their connections, so that no request meets a connection that the server is closing.
    expect(page.headers.get('keep-alive')).toBe('timeout=75');
    for (const path of ['/', '/phone', '/clinic', '/demo/accounts.json']) expect(await status(path), path).toBe(404);
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect(await status('/demo/admin/find', post)).toBe(404);
  } finally {
    expect(await server.end()).toBe(0);
  }
});

test.describe('start errors', () => {
  const failing = async (server: ServerProcess): Promise<string[]> => {
    expect(await server.ended).toBe(1);
    return server.output().trim().split('\n');
  };

  test('a missing key and a missing database print one line each, and the exit code is 1', {
    tag: '@drill',
  }, async () => {
    const lines = await failing(runServer('start', { PORT: '0' }));
    expect(lines).toHaveLength(2);
    expect(lines.join()).toMatch(/TWEESTAP_DATABASE is missing.*TWEESTAP_ENCRYPTION_KEYS is missing/);
  });

  test('a port that is in use prints one line, and the exit code is 1', { tag: '@drill' }, async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const port = String((other.address() as AddressInfo).port);
    const lines = await failing(runServer('demo', { PORT: port, TWEESTAP_DATABASE: inFolder('demo.sqlite') }));
    other.close();
    expect(lines).toEqual([`PORT ${port} is already in use: stop the other program, or set a different PORT.`]);
  });

  test('a wrong port, a public host and a missing folder each print one line, and the exit code is 1', {
    tag: '@drill',
  }, async () => {
    const database = inFolder('demo.sqlite');
    const wrong = (env: Record<string, string>) => failing(runServer('demo', { TWEESTAP_DATABASE: database, ...env }));
    expect(await wrong({ PORT: 'http' })).toEqual(['PORT must be a number from 0 to 65535, got "http".']);
    expect((await wrong({ HOST: '0.0.0.0' })).join('\n')).toMatch(/^HOST must be one of [^\n]+, got "0\.0\.0\.0"\.$/);
    const missing = join(inFolder('missing'), 'folder', 'demo.sqlite');
    expect((await wrong({ TWEESTAP_DATABASE: missing })).join('\n')).toMatch(/^Can't create [^\n]+ENOENT\.$/);
    expect(existsSync(missing)).toBe(false);
  });
});

test('SIGINT and SIGTERM each stop the demo, and the next start has the same data', { tag: '@drill' }, async () => {
  const port = await freePort();
  const env = { PORT: String(port), TWEESTAP_DATABASE: inFolder('demo.sqlite') };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const server = runServer('demo', env);
    await server.ready;
    const { accounts } = await (await fetch(`http://localhost:${port}/demo/accounts.json`)).json();
    expect(accounts.length).toBeGreaterThanOrEqual(6);
    expect(await server.end(signal)).toBe(0);
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow();
  }
});
