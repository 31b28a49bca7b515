import assert from 'node:assert/strict';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { recordedDatabase } from '../store/testing/recorded.ts';
import type { Outcome } from './context.ts';
import { type Browser, World } from './testing/world.ts';

/*
 * Threat: a stranger who requests emails learns from the response, from its time or from the response to a second request
 * whether an account has the name, and in what state the account is.
 */

const MINUTE = 60_000;
const EMAIL = 'ada@mail.example';

interface Subject {
  username: string;
  email?: string;
}

type Ask = (browser: Browser, subject: Subject) => Promise<Outcome>;

const tables = ['links', 'outbox', 'counters', 'audit', 'flows', 'pseudonyms'] as const;

async function rowsOf({ database }: World): Promise<number[]> {
  const counts = tables.map((table) =>
    database.read
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number | string>().as('rows'))
      .executeTakeFirstOrThrow(),
  );
  return (await Promise.all(counts)).map(({ rows }) => Number(rows));
}

/** The responses and costs of requests over 35 minutes: the first email, a repetition, the same link again, a new link. */
async function costsOf(world: World, statements: string[], subject: Subject, ask: Ask): Promise<unknown[]> {
  const costs: unknown[] = [];
  for (const minutes of [0, 0, 5, 30, 0, 0]) {
    world.clock.advance(minutes * MINUTE);
    const before = await rowsOf(world);
    const browser = world.browser();
    statements.length = 0;
    const { flow, refusal, issued } = await ask(browser, subject);
    const spent = [...statements];
    assert.ok(spent.length > 5, `${spent.length} statements`);
    const after = await rowsOf(world);
    const step = {
      ...flow.step,
      ...('to' in flow.step ? { to: '' } : {}),
      ...('username' in flow.step ? { username: '' } : {}),
    };
    costs.push({ step, refusal, issued, spent, rows: after.map((count, index) => count - (before[index] ?? 0)) });
  }
  return costs;
}

/** Asserts equal responses and costs for all subjects. Each subject starts at the same time on a different day. */
async function assertEqual(
  fixture: Fixture,
  subjects: Record<string, Subject>,
  ask: Ask,
  open: (world: World) => Promise<void>,
) {
  const { database, statements } = recordedDatabase(fixture);
  try {
    const world = new World(database, fixture.clock);
    await open(world);
    let first: unknown[] | undefined;
    for (const [what, subject] of Object.entries(subjects)) {
      const costs = await costsOf(world, statements, subject, ask);
      first ??= costs;
      assert.deepEqual(costs, first, what);
      world.clock.advance(23 * 60 * MINUTE + 25 * MINUTE);
    }
  } finally {
    await database.close();
  }
}

withDatabases('R55 a request for a reset costs the same statements and rows for every name', async (fixture) => {
  const subjects = {
    active: { username: 'ada', email: EMAIL },
    unknown: { username: 'nobody', email: EMAIL },
    'another address': { username: 'ada', email: 'eve@mail.example' },
    disabled: { username: 'off', email: EMAIL },
    'not activated': { username: 'new', email: EMAIL },
    'without address': { username: 'mute', email: EMAIL },
  };
  const ask: Ask = (browser, { username, email = '' }) =>
    browser.start('recover', [
      { step: 'organisation', organisation: 'clinic' },
      { step: 'identify', username, email },
    ]);
  await assertEqual(fixture, subjects, ask, async (world) => {
    await world.organisation();
    await world.user({ email: EMAIL });
    await world.user({ username: 'off', state: 'disabled', email: EMAIL });
    await world.user({ username: 'new', without: 'password', email: EMAIL });
    await world.user({ username: 'mute' });
  });
});

withDatabases('R55 a registration costs the same statements and rows for every address', async (fixture) => {
  const subjects = {
    unknown: { username: 'new@mail.example' },
    active: { username: EMAIL },
    disabled: { username: 'off@mail.example' },
    'not activated': { username: 'fresh@mail.example' },
  };
  const ask: Ask = (browser, { username: email }) =>
    browser.start('register', [
      { step: 'organisation', organisation: 'open' },
      { step: 'identify', email },
    ]);
  await assertEqual(fixture, subjects, ask, async (world) => {
    await world.organisation({ id: 'open', username: 'email', policy: { selfRegistration: true } });
    await world.user({ organisation: 'open', username: EMAIL });
    await world.user({ organisation: 'open', username: 'off@mail.example', state: 'disabled' });
    await world.user({ organisation: 'open', username: 'fresh@mail.example', without: 'password' });
  });
});

withDatabases('R55 a self-unlock costs the same statements and rows for every name', async (fixture) => {
  const subjects = {
    active: { username: 'ada' },
    unknown: { username: 'nobody' },
    disabled: { username: 'off' },
    'not activated': { username: 'new' },
  };
  const { database, statements } = recordedDatabase(fixture);
  try {
    const world = new World(database, fixture.clock);
    await world.organisation({ policy: { locks: { ways: ['wait', 'mail'], firstWaitSeconds: 3600 } } });
    const ada = await world.user({ email: EMAIL });
    await world.user({ username: 'off', state: 'disabled', email: EMAIL });
    await world.user({ username: 'new', without: 'password', email: EMAIL });
    let first: unknown;
    for (const [what, { username }] of Object.entries(subjects)) {
      // Each name starts at the beginning of a window of the budgets.
      world.clock.advance(10 * MINUTE - (world.clock() % (10 * MINUTE)));
      const browser = world.browser();
      // The budgets belong to an address, so each name uses a different address.
      browser.address = `192.0.2.${Object.keys(subjects).indexOf(what) + 1}`;
      await browser.password({ ...ada, username }, 'wrong');
      for (let tries = 1; tries < 10; tries += 1) await browser.submit({ step: 'password', password: 'wrong' });
      const costs: unknown[] = [];
      for (const minutes of [0, 0, 5]) {
        world.clock.advance(minutes * MINUTE);
        const before = await rowsOf(world);
        statements.length = 0;
        const { flow, refusal } = await browser.submit({ step: 'locked', action: 'unlock', way: 'mail' });
        const spent = [...statements];
        const rows = (await rowsOf(world)).map((count, index) => count - (before[index] ?? 0));
        costs.push({ type: flow.step.type, refusal, spent, rows });
      }
      first ??= costs;
      assert.deepEqual(costs, first, what);
    }
  } finally {
    await database.close();
  }
});
