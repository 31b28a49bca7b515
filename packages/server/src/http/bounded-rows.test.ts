/*
 * Threat: a stranger fills the disk, with requests that cost nothing to send and leave a row each, until the server stops
 * (R93).
 */
import assert from 'node:assert/strict';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { first, start, withServer } from './testing/server.ts';

const rowsIn = async ({ read }: Database, table: keyof Schema): Promise<number> => {
  const { count } = await read
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
};

const times = async (count: number, run: (index: number) => Promise<unknown>): Promise<void> => {
  for (let done = 0; done < count; done += 20) {
    await Promise.all(Array.from({ length: Math.min(20, count - done) }, (_, index) => run(done + index)));
  }
};

withServer('R93 tries on a locked name leave one audit event in a window', async ({ server, browser, fixture }) => {
  const ada = { ...(await server.person('alpha', 'ada')), password: 'Spring2026' };
  await times(10, () => start(server.browser(), 'login', first(ada)));
  const before = await rowsIn(fixture.database, 'audit');
  await times(100, () => start(browser, 'login', first(ada)));
  assert.equal((await rowsIn(fixture.database, 'audit')) - before, 1);
});

withServer('R93 an address has at most 1,000 unanswered flows', async ({ browser, fixture }) => {
  await times(1_050, () => start(browser));
  // Starts at the same moment may miss each other; the next one makes up for it.
  await start(browser);
  assert.equal(await rowsIn(fixture.database, 'flows'), 1_000);
});

withServer('R93 a body that is refused claims no idempotency key', async ({ browser, fixture }) => {
  await times(40, async (index) => {
    const headers = { 'idempotency-key': `key-${index}` };
    assert.equal((await browser.post('/flows', { kind: 'nothing' }, { headers })).status, 400);
    const unknown = { headers, token: 'T'.repeat(43) };
    const path = `/flows/${'F'.repeat(22)}`;
    assert.equal((await browser.post(path, { inputs: [{ step: 'totp', code: '123456' }] }, unknown)).status, 404);
    assert.equal((await browser.delete(path, unknown)).status, 404);
    assert.equal((await browser.patch('/account', { rememberFor: '1d' }, { headers })).status, 401);
  });
  assert.equal(await rowsIn(fixture.database, 'idempotency'), 0);
});
