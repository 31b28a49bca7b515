import assert from 'node:assert/strict';
import { startOfStep, stepOf } from '../factors/totp/code.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { codeKey } from '../locks/locks.ts';
import { getCounter } from '../store/counters.ts';
import { openDatabase } from '../store/open/open-database.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';

/*
 * Threats: an attacker who saw a code (over a shoulder, on a phishing page, in a log) uses it again. A user whose phone has a
 * wrong clock can't log in and does not learn why.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The middle of a time step, so the test decides when the next one begins. */
const MIDDLE = 15_000;

async function clinic({ database, clock }: Fixture) {
  const world = new World(database, clock);
  clock.advance(MIDDLE);
  await world.organisation();
  const ada = await world.user();
  return { world, ada };
}

async function atCode(world: World, user: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.password(user);
  return browser;
}

const attempts = async (world: World, { id }: TestUser) =>
  (await getCounter(world.database.read, codeKey(id)))?.hard ?? 0;

withEachDatabase('R14 a code is accepted only once across flows, spellings and instances', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = world.code(ada);
  const other = new World(await fixture.openAnother(), fixture.clock);
  const flows = [await atCode(world, ada), await atCode(world, ada), await atCode(other, ada)] as const;
  assert.equal((await flows[0].code(code)).flow.status, 'done');
  assert.equal((await flows[1].code(`${code.slice(0, 3)} ${code.slice(3)}`)).refusal?.code, 'code-used');
  assert.equal((await flows[2].code(code)).refusal?.code, 'code-used');
  assert.equal(flows[2].session, undefined);
});

withDatabases(
  'R14 a code of a time step before the last accepted one is refused, even within its window',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const before = world.code(ada, -30_000);
    const flows = [await atCode(world, ada), await atCode(world, ada)] as const;
    await flows[0].code(world.code(ada));
    assert.equal((await flows[1].code(before)).refusal?.code, 'code-used');
  },
);

withEachDatabase('R14 a spent code stays spent after a restart', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = world.code(ada);
  await (await atCode(world, ada)).code(code);
  await fixture.database.close();
  const reopened = await openDatabase(fixture.address, { clock: fixture.clock });
  try {
    const again = await atCode(new World(reopened, fixture.clock), ada);
    assert.equal((await again.code(code)).refusal?.code, 'code-used');
  } finally {
    await reopened.close();
  }
});

withEachDatabase('R14 50 parallel uses of one code in as many flows give one session', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browsers: Browser[] = [];
  for (let count = 0; count < 50; count += 1) browsers.push(await atCode(world, ada));
  const code = world.code(ada);
  const outcomes = await Promise.all(browsers.map((browser) => browser.code(code)));
  assert.equal(outcomes.filter(({ issued }) => issued?.session).length, 1);
  const refusals = new Set(outcomes.map(({ refusal }) => refusal?.code).filter((each) => each !== undefined));
  for (const each of refusals) assert.ok(each === 'code-used' || each === 'locked', each);
});

withDatabases(
  'R15 the engine accepts the code of T−1 until its last millisecond, and refuses the code of T+1',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const { clock } = fixture;
    const code = world.code(ada);
    clock.advance(startOfStep(stepOf(clock()) + 2) - 1 - clock());
    const [last, late] = [await atCode(world, ada), await atCode(world, ada)];
    const early = await late.code(world.code(ada, 1));
    assert.equal(early.refusal?.code, 'code-early');
    assert.equal((await last.code(code)).flow.status, 'done');
    clock.advance(1);
    assert.equal((await late.code(code)).refusal?.code, 'code-used');
  },
);

withDatabases('R17 text that is not a code is refused as a wrong code, and never causes an error', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = await atCode(world, ada);
  for (const typed of ['12345', '1234567', '١٢٣٤٥٦', '12345a', ' '.repeat(60), '      ']) {
    assert.equal((await browser.code(typed)).refusal?.code, 'wrong-code', typed);
  }
  const code = world.code(ada);
  assert.equal((await browser.code(`${code.slice(0, 3)}-${code.slice(3)} `)).flow.status, 'done');
});

withDatabases(
  'R18a a code of the next time step is refused with its time, is not burnt or counted, and is accepted at that time',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const { clock } = fixture;
    const browser = await atCode(world, ada);
    const next = world.code(ada, 30_000);
    const { refusal } = await browser.code(next);
    const retryAt = startOfStep(stepOf(clock()) + 1);
    assert.deepEqual(refusal, { code: 'code-early', retryAt, input: 0 });
    assert.equal(await attempts(world, ada), 0);
    clock.advance(retryAt - clock());
    assert.equal((await browser.code(next)).flow.status, 'done');
  },
);

withDatabases(
  'R18a a wrong clock is refused with its offset and counted, and only that time step is burnt',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const { clock } = fixture;
    const browser = await atCode(world, ada);
    const ahead = world.code(ada, 4 * MINUTE);
    const { refusal } = await browser.code(ahead);
    assert.deepEqual(refusal, { code: 'clock-off', offBySeconds: 240, attemptsLeft: 9, input: 0 });
    assert.equal(await attempts(world, ada), 1);
    // The last accepted time step was not raised, so a correct code of the present is accepted in another flow.
    assert.equal((await (await atCode(world, ada)).code(world.code(ada))).flow.status, 'done');
    // The code that was refused stays invalid at its own time.
    clock.advance(4 * MINUTE);
    const later = await atCode(world, ada);
    assert.equal((await later.code(ahead)).refusal?.code, 'code-used');
    clock.advance(30_000);
    assert.equal((await later.code(world.code(ada))).flow.status, 'done');
  },
);

withDatabases(
  'R18a a slow clock is refused with its offset, and an offset of whole hours is reported as a wrong time zone',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = await atCode(world, ada);
    const behind = await browser.code(world.code(ada, -9 * MINUTE));
    assert.equal(behind.refusal?.code, 'clock-off');
    assert.equal(behind.refusal?.offBySeconds, -540);
    const zone = await browser.code(world.code(ada, 2 * HOUR));
    assert.equal(zone.refusal?.code, 'clock-off');
    assert.equal(zone.refusal?.offByHours, 2);
    assert.equal((await browser.code(world.code(ada, -60_000))).refusal?.code, 'code-expired');
  },
);

withEachDatabase(
  'R18a a code that parallel submissions were refused for is not accepted at its own time',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const [one, two] = [await atCode(world, ada), await atCode(world, ada)];
    const ahead = world.code(ada, 2 * MINUTE);
    const outcomes = await Promise.all([one.code(ahead), two.code(ahead)]);
    const codes = outcomes.map(({ refusal }) => refusal?.code).sort();
    assert.deepEqual(codes, ['clock-off', 'code-used']);
    fixture.clock.advance(2 * MINUTE);
    assert.equal((await (await atCode(world, ada)).code(ahead)).refusal?.code, 'code-used');
  },
);

withDatabases(
  'two authenticators of one user both verify, each with its own last accepted time step',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const second = { ...ada, secret: Buffer.alloc(20, 9) };
    await world.factor(second);
    assert.equal((await (await atCode(world, ada)).code(world.code(ada))).flow.status, 'done');
    assert.equal((await (await atCode(world, ada)).code(world.code(second))).flow.status, 'done');
    assert.equal((await (await atCode(world, ada)).code(world.code(second))).refusal?.code, 'code-used');
  },
);
