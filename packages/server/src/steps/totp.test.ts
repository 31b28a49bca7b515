import assert from 'node:assert/strict';
import { startOfStep, stepOf } from '../factors/totp/code.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { codeKey } from '../locks/locks.ts';
import { getCounter } from '../store/counters.ts';
import { openDatabase } from '../store/open/open-database.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';

/*
 * Threat: somebody who saw a code (over a shoulder, on a phishing page, in a log) uses it once more; and the owner of a
 * phone with a wrong clock, who never gets in and is told nothing.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The middle of a step, so that a test decides by itself when the next one begins. */
const MIDDLE = 15_000;

async function clinic({ database, clock }: Fixture) {
  const world = new World(database, clock);
  clock.advance(MIDDLE);
  await world.organisation();
  const ada = await world.user();
  return { world, ada };
}

async function atCode(world: World, person: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.password(person);
  return browser;
}

const attempts = async (world: World, { id }: TestUser) =>
  (await getCounter(world.database.read, codeKey(id)))?.hard ?? 0;

withDatabases('R14: a code is accepted once, across flows, spellings and instances', async (fixture) => {
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
  'R14: a code of the step before the last accepted one is refused, though its time has not passed',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const before = world.code(ada, -30_000);
    const flows = [await atCode(world, ada), await atCode(world, ada)] as const;
    await flows[0].code(world.code(ada));
    assert.equal((await flows[1].code(before)).refusal?.code, 'code-used');
  },
);

withDatabases('R14: a spent code stays spent after a restart', async (fixture) => {
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

withDatabases('R14: 50 parallel uses of one code in as many flows give one session', async (fixture) => {
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
  'R15: through the whole engine the code of T−1 counts to its last millisecond, and T+1 not yet',
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

withDatabases('R17: what is no code is wrong, and never an error', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = await atCode(world, ada);
  for (const typed of ['12345', '1234567', '١٢٣٤٥٦', '12345a', ' '.repeat(60), '      ']) {
    assert.equal((await browser.code(typed)).refusal?.code, 'wrong-code', typed);
  }
  const code = world.code(ada);
  assert.equal((await browser.code(`${code.slice(0, 3)}-${code.slice(3)} `)).flow.status, 'done');
});

withDatabases(
  'R18a: a code of the next step is early: told when, neither burnt nor counted, good when its time comes',
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
  'R18a: a clock that is off is told by how much; that step alone is burnt, and it counts',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const { clock } = fixture;
    const browser = await atCode(world, ada);
    const ahead = world.code(ada, 4 * MINUTE);
    const { refusal } = await browser.code(ahead);
    assert.deepEqual(refusal, { code: 'clock-off', offBySeconds: 240, attemptsLeft: 9, input: 0 });
    assert.equal(await attempts(world, ada), 1);
    // The last accepted step was not raised: a right code of now still gets in, on another flow.
    assert.equal((await (await atCode(world, ada)).code(world.code(ada))).flow.status, 'done');
    // The told code is dead when its time has come.
    clock.advance(4 * MINUTE);
    const later = await atCode(world, ada);
    assert.equal((await later.code(ahead)).refusal?.code, 'code-used');
    clock.advance(30_000);
    assert.equal((await later.code(world.code(ada))).flow.status, 'done');
  },
);

withDatabases(
  'R18a: a clock that is behind is told so, and whole hours off are a fault of the time zone',
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

withDatabases('R18a: of parallel submissions of a told code none gets in when its time has come', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const [one, two] = [await atCode(world, ada), await atCode(world, ada)];
  const ahead = world.code(ada, 2 * MINUTE);
  const told = await Promise.all([one.code(ahead), two.code(ahead)]);
  const codes = told.map(({ refusal }) => refusal?.code).sort();
  assert.deepEqual(codes, ['clock-off', 'code-used']);
  fixture.clock.advance(2 * MINUTE);
  assert.equal((await (await atCode(world, ada)).code(ahead)).refusal?.code, 'code-used');
});

withDatabases('two authenticators of one person stand side by side, each with its own last step', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const second = { ...ada, secret: Buffer.alloc(20, 9) };
  await world.factor(second);
  assert.equal((await (await atCode(world, ada)).code(world.code(ada))).flow.status, 'done');
  assert.equal((await (await atCode(world, ada)).code(world.code(second))).flow.status, 'done');
  assert.equal((await (await atCode(world, ada)).code(world.code(second))).refusal?.code, 'code-used');
});
