import assert from 'node:assert/strict';
import type { KyselyPlugin } from 'kysely';
import type { Database } from '../store/database.ts';
import { withEachDatabase } from '../store/testing/databases.ts';
import { World } from './testing/world.ts';

/** Wraps a database and counts the queries outside of transactions and the write transactions. */
function counted(database: Database): { database: Database; spent: { reads: number; writes: number } } {
  const spent = { reads: 0, writes: 0 };
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    // Prepared queries pass through `transformResult` as well.
    async transformResult({ result }) {
      spent.reads += 1;
      return result;
    },
  };
  const write: Database['write'] = async (work) => {
    spent.writes += 1;
    return await database.write(work);
  };
  return { database: { ...database, read: database.read.withPlugin(plugin), write }, spent };
}

withEachDatabase(
  'a correct code costs two transactions and three queries, a wrong code three transactions and nine queries',
  async ({ database, clock }) => {
    const { database: counting, spent } = counted(database);
    const world = new World(counting, clock);
    await world.organisation();
    const ada = await world.user();
    await world.giveRecoveryCodes(ada);
    const browser = world.browser();
    await browser.login(ada);
    clock.advance(30_000);
    browser.session = undefined;
    await browser.password(ada);
    const cost = async (code: string) => {
      const context = await browser.context();
      Object.assign(spent, { reads: 0, writes: 0 });
      await browser.engine.submit(browser.ref(), [{ step: 'totp', code }], context);
      return { ...spent };
    };
    await browser.step();
    assert.deepEqual(await cost(world.code(ada)), { reads: 3, writes: 2 });
    clock.advance(30_000);
    await browser.password(ada);
    assert.deepEqual(await cost(world.wrongCode(ada)), { reads: 9, writes: 3 });
  },
);
