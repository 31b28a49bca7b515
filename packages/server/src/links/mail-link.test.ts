import assert from 'node:assert/strict';
import type { Kind } from '@tweestap/protocol';
import { at, mails, tokenIn } from '../flow/testing/links.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import type { OutboxRow } from '../store/schema.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';

/*
 * Threats: a request at the wrong moment voids a link that a user is about to follow, brings a link back that was used, or
 * makes two links and two mails of one.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EMAIL = 'ada@mail.example';
const NEW = 'a lamp beside the canal';

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>) {
  const world = new World(database, clock);
  await world.organisation({ policy: { locks: { ways: ['wait', 'mail'], firstWaitSeconds: 3600 } } });
  const ada = await world.user({ email: EMAIL });
  return { world, ada };
}

const ask = (
  browser: Browser,
  { organisation, username }: Pick<TestUser, 'organisation' | 'username'>,
  email = EMAIL,
) =>
  browser.start('recover', [
    { step: 'organisation', organisation },
    { step: 'identify', username, email },
  ]);

const choose = (browser: Browser) => browser.submit({ step: 'new-password', password: NEW });

/** When the mails of a template leave, in minutes after a moment. */
async function plan(world: World, template: string, from: number): Promise<number[]> {
  const found = (await mails(world)).filter((mail) => mail.template === template);
  return found.map((mail) => (mail.send_after - from) / MINUTE).sort((one, other) => one - other);
}

const expiryIn = ({ data }: OutboxRow): number => Date.parse((JSON.parse(data) as { expiresAt: string }).expiresAt);

const linksOf = async ({ database }: World) => await database.read.selectFrom('links').selectAll().execute();

async function isUsable(world: World, kind: Kind, link: string): Promise<boolean> {
  return await world
    .browser()
    .start(kind, [], link)
    .then(
      () => true,
      () => false,
    );
}

withDatabases(
  'R31: a request within 15 minutes of a mail sends the same link again at the end of them',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const from = world.clock();
    await ask(world.browser(), ada);
    const link = await tokenIn(world, 'reset');
    world.clock.advance(MINUTE - 1);
    await ask(world.browser(), ada);
    assert.deepEqual(await plan(world, 'reset', from), [0], 'the mail that has just left answers it');
    world.clock.advance(1);
    for (let times = 0; times < 3; times += 1) await ask(world.browser(), ada);
    assert.deepEqual(await plan(world, 'reset', from), [0, 15], 'one repetition is queued at a time');
    assert.equal((await linksOf(world)).length, 1);
    assert.equal(await tokenIn(world, 'reset'), link);
    assert.deepEqual((await mails(world)).map(expiryIn), [from + HOUR, from + HOUR]);
    world.clock.advance(16 * MINUTE);
    const elsewhere = world.browser();
    elsewhere.address = '198.51.100.7';
    await ask(elsewhere, ada);
    assert.deepEqual(await plan(world, 'reset', from), [0, 15, 30], 'the repetition is a mail as well');
    world.clock.advance(28 * MINUTE);
    assert.equal(await isUsable(world, 'reset', link), true);
    await ask(elsewhere, ada);
    assert.deepEqual(await plan(world, 'reset', from), [0, 15, 30, 45], 'minute 45: the interval is over');
    assert.notEqual(await tokenIn(world, 'reset'), link);
    assert.equal(await isUsable(world, 'reset', link), false, 'a newer link voids the older one');
  },
);

withDatabases('R31: a link that is nearly over is followed by a new one, and neither is voided', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const from = world.clock();
  const askAt = async (minute: number) => {
    world.clock.advance(from + minute * MINUTE - world.clock());
    const browser = world.browser();
    browser.address = `198.51.100.${minute}`;
    await ask(browser, ada);
  };
  for (const minute of [0, 5, 16, 31, 47]) await askAt(minute);
  assert.deepEqual(await plan(world, 'reset', from), [0, 15, 30, 45, 60]);
  const sent = (await mails(world)).sort((one, other) => one.send_after - other.send_after);
  const expected = [60, 60, 60, 60, 107].map((minute) => from + minute * MINUTE);
  assert.deepEqual(sent.map(expiryIn), expected, 'a link lives an hour from when it was made');
  const live = (await linksOf(world)).filter(({ voided_at }) => voided_at === null);
  assert.equal(live.length, 2, 'the link of minute 45 is still good');
});

withDatabases('R31: a request after the link was used makes a new one, whose mail waits its time', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const from = world.clock();
  await ask(world.browser(), ada);
  world.clock.advance(5 * MINUTE);
  await ask(world.browser(), ada);
  const owner = world.browser();
  const used = await tokenIn(world, 'reset');
  await owner.start('reset', [], used);
  at(await choose(owner), 'enroll-offer');
  world.clock.advance(MINUTE);
  await ask(world.browser(), ada);
  assert.deepEqual(await plan(world, 'reset', from), [0, 15, 15], 'the sender drops the repetition of the used link');
  assert.notEqual(await tokenIn(world, 'reset'), used);
  assert.equal(await isUsable(world, 'reset', used), false);
});

withDatabases('R31: an account that comes to a name gets a link of its own', async (fixture) => {
  const { world } = await clinic(fixture);
  await ask(world.browser(), { organisation: 'clinic', username: 'bea' });
  world.clock.advance(2 * MINUTE);
  const bea = await world.user({ username: 'bea', email: EMAIL });
  await ask(world.browser(), bea);
  assert.equal(await isUsable(world, 'reset', await tokenIn(world, 'reset')), true);
});

withDatabases('R31: an invitation that was asked for and one of the help desk are one link', async (fixture) => {
  const { world } = await clinic(fixture);
  const bea = await world.user({ username: 'bea', without: 'password', email: EMAIL });
  const from = world.clock();
  await world.invite(bea);
  const link = await tokenIn(world, 'activation');
  world.clock.advance(5 * MINUTE);
  await ask(world.browser(), bea);
  assert.deepEqual(await plan(world, 'activation', from), [0, 15]);
  assert.equal(await tokenIn(world, 'activation'), link);
  assert.equal(await isUsable(world, 'activate', link), true);
});

withDatabases(
  'R31: the links of registrations are sent again, and so is the mail that an account exists',
  async (fixture) => {
    const world = new World(fixture.database, fixture.clock);
    await world.organisation({ id: 'open', username: 'email', policy: { selfRegistration: true } });
    await world.user({ organisation: 'open', username: EMAIL });
    const from = world.clock();
    const register = (email: string) =>
      world.browser().start('register', [
        { step: 'organisation', organisation: 'open' },
        { step: 'identify', email },
      ]);
    for (const minutes of [0, 5, 4]) {
      world.clock.advance(minutes * MINUTE);
      for (const email of ['new@mail.example', EMAIL]) at(await register(email), 'mail-sent');
    }
    assert.deepEqual(await plan(world, 'registration', from), [0, 15]);
    assert.deepEqual(await plan(world, 'registration-existing', from), [0, 15]);
    const open = (await linksOf(world)).map(({ email }) => email);
    assert.deepEqual(open.sort(), ['new@mail.example', null], 'one link each; the one of the account opens nothing');
  },
);

withDatabases('R31: when the key of a sealed link is gone, a new link is mailed in its time', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const from = world.clock();
  await ask(world.browser(), ada);
  world.clock.advance(5 * MINUTE);
  await fixture.database.write((tx) =>
    tx.updateTable('links').set({ sealed: 'v1.gone.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA' }).execute(),
  );
  await ask(world.browser(), ada);
  assert.deepEqual(await plan(world, 'reset', from), [0, 15]);
  assert.equal((await linksOf(world)).length, 2);
  assert.equal(await isUsable(world, 'reset', await tokenIn(world, 'reset')), true);
});

withDatabases('R31: after a clock was set back, requests are still answered and mailed', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  await ask(world.browser(), ada);
  world.clock.advance(-5 * HOUR);
  const from = world.clock();
  for (const minutes of [0, 0, 20]) {
    world.clock.advance(minutes * MINUTE);
    assert.equal((await ask(world.browser(), ada)).refusal, undefined);
  }
  assert.deepEqual(await plan(world, 'reset', from), [15, 30, 300]);
  const links = (await linksOf(world)).sort((one, other) => one.created_at - other.created_at);
  assert.deepEqual(
    links.map(({ voided_at }) => voided_at !== null),
    [false, true],
    'the link of the future is void',
  );
});

withDatabases('R31: 50 requests at once on two instances make one link and one mail', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const other = new World(await fixture.openAnother(), fixture.clock);
  const askFrom = (username: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => {
        const browser = (index % 2 ? world : other).browser();
        browser.address = `198.51.100.${index}`;
        return ask(browser, { organisation: 'clinic', username });
      }),
    );
  const from = world.clock();
  for (const username of [ada.username, 'nobody']) {
    for (const outcome of await askFrom(username, 50)) assert.equal(outcome.refusal, undefined);
  }
  const made = (await linksOf(world)).map(({ account_id }) => account_id);
  assert.deepEqual(new Set(made), new Set([ada.id, null]));
  assert.equal(made.length, 2, 'one of the account, one of the name that has none');
  assert.deepEqual(await plan(world, 'reset', from), [0]);
  world.clock.advance(5 * MINUTE);
  await askFrom(ada.username, 20);
  assert.deepEqual(await plan(world, 'reset', from), [0, 15], 'they queue one repetition');
  world.clock.advance(25 * MINUTE);
  await askFrom(ada.username, 20);
  assert.deepEqual(await plan(world, 'reset', from), [0, 15, 30], 'and after the interval they make one link');
  assert.equal((await linksOf(world)).filter((link) => link.account_id === ada.id && !link.voided_at).length, 1);
});

withDatabases('R31: a request at the moment of use neither stops the use nor revives the link', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  for (let round = 0; round < 4; round += 1) {
    await ask(world.browser(), { ...ada });
    const link = await tokenIn(world, 'reset');
    world.clock.advance(5 * MINUTE);
    const owner = world.browser();
    await owner.start('reset', [], link);
    const strangers = Array.from({ length: 8 }, (_, index) => {
      const stranger = world.browser();
      stranger.address = `198.51.100.${round * 8 + index}`;
      return stranger;
    });
    const [end] = await Promise.all([
      owner.submit({ step: 'new-password', password: `${NEW} ${round}` }),
      ...strangers.map((stranger) => ask(stranger, ada)),
    ]);
    at(end, 'enroll-offer');
    assert.equal(await isUsable(world, 'reset', link), false);
    const sealed = (await linksOf(world)).filter((row) => row.sealed !== null);
    assert.ok(sealed.length <= 1 && sealed.every(({ used_at, voided_at }) => used_at === null && voided_at === null));
    world.clock.advance(HOUR);
  }
});
