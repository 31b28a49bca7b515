/*
 * Threat: a stranger fills the disk with cheap requests that create a row each, until the server stops (R93).
 */
import assert from 'node:assert/strict';
import type { Database } from '../store/database.ts';
import { attack, hostile, reportingGateway } from './testing/hostile.ts';
import { PARALLEL, rowCounts, type Table } from './testing/hostile-kind.ts';
import { phoneOrganisation } from './testing/hostile-push.ts';
import { organisations } from './testing/organisations.ts';
import { first, start, withServer } from './testing/server.ts';

const COUNT = 60;
const FAILURES = 20;

const rowsIn = async (database: Database, table: Table): Promise<number> => (await rowCounts(database)).get(table) ?? 0;

const times = async (count: number, run: (index: number) => Promise<unknown>): Promise<void> => {
  for (let done = 0; done < count; done += PARALLEL) {
    await Promise.all(Array.from({ length: Math.min(PARALLEL, count - done) }, (_, index) => run(done + index)));
  }
};

withServer(
  'R93 attempts on a locked username create one audit event in a window',
  async ({ server, browser, fixture }) => {
    const ada = { ...(await server.user('alpha', 'ada')), password: 'Spring2026' };
    await times(10, () => start(server.browser(), 'login', first(ada)));
    const before = await rowsIn(fixture.database, 'audit');
    await times(100, () => start(browser, 'login', first(ada)));
    assert.equal((await rowsIn(fixture.database, 'audit')) - before, 1);
  },
);

withServer('R93 an address has at most 1,000 flows in which nothing was proven', async ({ browser, fixture }) => {
  await times(1_050, () => start(browser));
  // Parallel starts may exceed the limit, because they do not see each other's rows. The next start corrects this.
  await start(browser);
  assert.equal(await rowsIn(fixture.database, 'flows'), 1_000);
});

withServer('R93 a refused request stores no idempotency key', async ({ server, browser, fixture }) => {
  const flow = await start(server.browser());
  await times(40, async (index) => {
    const headers = { 'idempotency-key': `key-${index}` };
    assert.equal((await browser.post('/flows', { kind: 'nothing' }, { headers })).status, 400);
    const unknown = { headers, token: 'T'.repeat(43) };
    const path = `/flows/${'F'.repeat(22)}`;
    assert.equal((await browser.post(path, { inputs: [{ step: 'totp', code: '123456' }] }, unknown)).status, 404);
    assert.equal((await browser.delete(path, unknown)).status, 404);
    const stolen = { headers, token: flow.token };
    assert.equal((await browser.delete(`/flows/${flow.id}`, stolen)).status, 404, 'in another browser');
    assert.equal((await browser.patch('/account', { rememberFor: '1d' }, { headers })).status, 401);
  });
  assert.equal(await rowsIn(fixture.database, 'idempotency'), 0);
});

withServer(
  'R93 hostile requests of each kind create no more rows than their bound',
  async ({ server, fixture }) => {
    for (const [index, kind] of hostile.entries()) {
      const address = `192.0.2.${index + 1}`;
      const held = await kind.prepare?.(server, address);
      const before = await rowCounts(fixture.database);
      await attack(kind, server, { count: COUNT, address, held });
      const bound = kind.bound(COUNT, { failures: FAILURES });
      for (const [table, now] of await rowCounts(fixture.database)) {
        const more = now - (before.get(table) ?? 0);
        assert.ok(more <= (bound[table] ?? 0), `${kind.name}: ${more} rows in ${table}, at most ${bound[table] ?? 0}`);
      }
    }
  },
  {
    options: {
      organisations: [...organisations, phoneOrganisation],
      ...{ trustedProxies: ['127.0.0.1'], throttle: { failures: FAILURES }, sms: reportingGateway },
    },
  },
);
