/*
 * Threat: an instance is killed or suspended in the middle of a login, or two instances lose their database, and
 * something that is for single use is granted twice. `pnpm test:drills instances` also covers kill -9 of the database.
 */
import assert from 'node:assert/strict';
import { until } from '../drills/support/chance.ts';
import { assertGoesOnOnce, finishAt, type PendingLogin, pendingLogin } from '../drills/support/pairs.ts';
import { startServer } from '../drills/support/servers.ts';
import { Visitor } from '../drills/support/visitor.ts';
import { postgresForTests, testsOn } from '../store/testing/databases.ts';
import { addUserWithCodes } from '../testing/users.ts';
import { keyring } from './testing/organisations.ts';

testsOn(postgresForTests)(
  'R85: two instances on one PostgreSQL grant each login once, although one is suspended and the other is killed',
  async (fixture, t) => {
    const frozenAt = fixture.clock();
    const [one, other] = await Promise.all([1, 2].map(() => startServer({ database: fixture.address, frozenAt })));
    assert.ok(one && other);
    t.after(() => Promise.all([one.kill(), other.kill()]));
    let made = 0;
    const logins = async (base: string): Promise<PendingLogin[]> => {
      const users = Array.from({ length: 6 }, () => {
        made += 1;
        return addUserWithCodes({ ...fixture, keyring, clock: () => frozenAt }, 'alpha', `user${made}`);
      });
      return await Promise.all(users.map(async (user) => pendingLogin(base, await user)));
    };
    // The first instance is suspended while both process the same logins.
    const first = await logins(one.base);
    const atOne = first.map((each) => finishAt(one.base, each));
    const atOther = first.map((each) => finishAt(other.base, each));
    one.signal('SIGSTOP');
    await Promise.all(atOther);
    await assertGoesOnOnce(other.base, fixture.database, first);
    one.signal('SIGCONT');
    await Promise.all(atOne);
    const visitor = new Visitor(one.base);
    await until(
      'the suspended instance is ready again',
      async () => (await visitor.get('/health/ready')).status === 200,
    );
    // The other instance is killed while it processes logins.
    const second = await logins(other.base);
    const cut = second.map((each) => finishAt(other.base, each));
    await other.kill();
    await Promise.all(cut);
    await assertGoesOnOnce(one.base, fixture.database, second);
    visitor.close();
  },
);
