/*
 * Threat: a stranger displaces a flow in which a user has proven something, or keeps flows that are not counted (R93).
 */
import assert from 'node:assert/strict';
import { withDatabases } from '../store/testing/databases.ts';
import { tokenIn } from './testing/links.ts';
import { type Browser, World } from './testing/world.ts';

withDatabases('R93 a flow counts for its address until something is proven in it', async ({ database, clock }) => {
  const world = new World(database, clock);
  await world.organisation();
  const ada = await world.user({ email: 'ada@mail.example' });
  const addressOf = async ({ flow }: Browser): Promise<string | null | undefined> => {
    const row = await database.read
      .selectFrom('flows')
      .select('address')
      .where('id', '=', flow?.id ?? '')
      .execute();
    return row[0]?.address;
  };
  const browser = world.browser();
  await browser.start('login', [{ step: 'organisation', organisation: 'clinic' }]);
  assert.equal(await addressOf(browser), '192.0.2.1');
  await browser.submit({ step: 'username', username: 'ada' });
  assert.equal(await addressOf(browser), '192.0.2.1');
  await browser.submit({ step: 'password', password: 'wrong' });
  assert.equal(await addressOf(browser), '192.0.2.1', 'a refused input counts as a proof');
  await browser.submit({ step: 'password', password: ada.password });
  assert.equal(await addressOf(browser), null);
  await browser.code(world.code(ada));
  assert.equal(await addressOf(browser), null);
  await browser.start('enroll');
  assert.equal(await addressOf(browser), null, 'a flow of a session counts');
  const asking = world.browser();
  const identify = { step: 'identify', username: 'ada', email: 'ada@mail.example' } as const;
  await asking.start('recover', [{ step: 'organisation', organisation: 'clinic' }, identify]);
  assert.equal(await addressOf(asking), '192.0.2.1', 'a request for an email counts as a proof');
  await asking.start('reset', [], await tokenIn(world, 'reset'));
  assert.equal(await addressOf(asking), null, 'a flow of a link counts');
  await world.organisation({ id: 'school', username: 'email', policy: { selfRegistration: true } });
  const inputs = [
    { step: 'organisation', organisation: 'school' },
    { step: 'identify', email: 'new@mail.example' },
  ] as const;
  await asking.start('register', [...inputs]);
  await asking.start('register', [], await tokenIn(world, 'registration'));
  assert.equal(await addressOf(asking), null, 'a flow of a link without an account counts');
});
