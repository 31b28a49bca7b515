/*
 * Threat: an instance that dies or stands still in the middle of a login, or a database that goes away beneath two of
 * them, grants twice what should be granted once. `pnpm test:drills instances` does the same with kill -9 of the
 * database.
 */
import assert from 'node:assert/strict';
import { until } from '../drills/support/chance.ts';
import { assertGoesOnOnce, finishAt, type HalfWay, halfWay } from '../drills/support/pairs.ts';
import { startServer } from '../drills/support/servers.ts';
import { Visitor } from '../drills/support/visitor.ts';
import { postgresForTests, testsOn } from '../store/testing/databases.ts';
import { addUserWithCodes } from '../testing/users.ts';
import { keyring } from './testing/organisations.ts';

testsOn(postgresForTests)(
  'R85: two instances on one PostgreSQL: one stops, the other is killed, and each login is granted once',
  async (fixture, t) => {
    const frozenAt = fixture.clock();
    const [one, other] = await Promise.all([1, 2].map(() => startServer({ database: fixture.address, frozenAt })));
    assert.ok(one && other);
    t.after(() => Promise.all([one.kill(), other.kill()]));
    let made = 0;
    const logins = async (base: string): Promise<HalfWay[]> => {
      const people = Array.from({ length: 6 }, () => {
        made += 1;
        return addUserWithCodes({ ...fixture, keyring, clock: () => frozenAt }, 'alpha', `user${made}`);
      });
      return await Promise.all(people.map(async (person) => halfWay(base, await person)));
    };
    // The first stands still while both work on the same logins.
    const first = await logins(one.base);
    const atOne = first.map((each) => finishAt(one.base, each));
    const atOther = first.map((each) => finishAt(other.base, each));
    one.signal('SIGSTOP');
    await Promise.all(atOther);
    await assertGoesOnOnce(other.base, fixture.database, first);
    one.signal('SIGCONT');
    await Promise.all(atOne);
    const visitor = new Visitor(one.base);
    await until('the one that stood still is ready', async () => (await visitor.get('/health/ready')).status === 200);
    // The other is killed while it works.
    const second = await logins(other.base);
    const cut = second.map((each) => finishAt(other.base, each));
    await other.kill();
    await Promise.all(cut);
    await assertGoesOnOnce(one.base, fixture.database, second);
    visitor.close();
  },
);
