import assert from 'node:assert/strict';
import type { Input } from '@tweestap/protocol';
import type { KyselyPlugin } from 'kysely';
import type { PasswordHasher } from '../accounts/password-hasher.ts';
import type { Database, Tx } from '../store/database.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { clinic, codeFor, HOUR, identify, letterFor, start } from './testing/desk-password.ts';
import { at, linkFor } from './testing/links.ts';
import { cheapHasher, World } from './testing/world.ts';

/*
 * Threats: a stranger who tries help-desk codes learns which accounts exist, voids the code, or locks the user out. A code
 * works for another user, or for another purpose.
 */

withDatabases('R31 an expired code is reported as expired, and a wrong code is not', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = await codeFor(world, ada);
  fixture.clock.advance(HOUR);
  assert.equal((await start(world, ada, code))[1].refusal?.code, 'code-expired');
  assert.equal((await start(world, ada, '0000-0000-0000-0000'))[1].refusal?.code, 'wrong-code');
});

withDatabases(
  'R12 code and letter work for no other purpose, and no other code or link works in their place',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const [own = ''] = await world.giveRecoveryCodes(ada);
    const desk = await world.giveDeskCode(ada);
    const token = await letterFor(world, ada);
    for (const kind of ['login', 'activate', 'recover', 'unlock', 'register'] as const) {
      await assert.rejects(world.browser().start(kind, [], token), { code: 'no-such-link' }, kind);
    }
    const code = await codeFor(world, ada);
    await assert.rejects(
      world.browser().start('reset', [], token),
      { code: 'link-expired' },
      'the letter is still valid after a code was issued',
    );
    for (const wrong of [own, desk, `${own}-0000`, 'x', ada.password]) {
      assert.equal((await start(world, ada, wrong))[1].refusal?.code, 'wrong-code', wrong);
    }
    for (const kind of ['recover', 'register'] as const) {
      const browser = world.browser();
      const { flow, refusal } = await browser.start(kind, identify('ada', code));
      assert.notEqual(flow.step.type, 'new-password');
      assert.ok(refusal, kind);
    }
    const login = world.browser();
    await login.password(ada);
    await login.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    assert.equal((await login.submit({ step: 'recovery-code', code })).refusal?.code, 'wrong-code');
    at((await start(world, ada, code))[1], 'totp');
  },
);

withDatabases('R64 a code works only for its own account in its own organisation', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  await world.organisation({ id: 'school', name: 'School' });
  const bob = await world.user({ username: 'bob' });
  const namesake = await world.user({ organisation: 'school' });
  const code = await codeFor(world, ada);
  assert.equal((await start(world, bob, code))[1].refusal?.code, 'wrong-code');
  const elsewhere = await world.browser().start('reset', identify(namesake.username, code, 'school'));
  assert.equal(elsewhere.refusal?.code, 'wrong-code');
  // A row that was moved to another account does not match there.
  await fixture.database.write((tx) => tx.updateTable('password_codes').set({ account_id: bob.id }).execute());
  assert.equal((await start(world, bob, code))[1].refusal?.code, 'wrong-code');
});

/** Wraps a database and records the kind of each statement, inside and outside of transactions. */
function recording(database: Database): { database: Database; statements: string[] } {
  const statements: string[] = [];
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    // Prepared queries pass through `transformResult` as well.
    async transformResult({ result }) {
      statements.push(result.numAffectedRows === undefined ? 'read' : 'change');
      return result;
    },
  };
  const write: Database['write'] = (work) => database.write((tx) => work(tx.withPlugin(plugin) as Tx));
  return { database: { ...database, read: database.read.withPlugin(plugin), write }, statements };
}

/** Creates a hasher that counts its hash runs. */
function counting(): { hasher: PasswordHasher; runs: () => number } {
  const hasher = cheapHasher();
  let runs = 0;
  const raw: PasswordHasher['raw'] = (...args) => {
    runs += 1;
    return hasher.raw(...args);
  };
  return { hasher: { ...hasher, raw, parameters: hasher.parameters }, runs: () => runs };
}

withDatabases(
  'R53 R55 a wrong code gives the same answer, hash runs, rows and statements for any account',
  async (fixture) => {
    const { hasher, runs } = counting();
    const { database, statements } = recording(fixture.database);
    const world = new World(database, fixture.clock, hasher);
    await world.organisation();
    const ada = await world.user();
    await world.user({ username: 'bob' });
    await world.user({ username: 'fresh', without: 'password' });
    await world.user({ username: 'gone', state: 'disabled' });
    const code = await codeFor(world, ada);
    const rows = async () => {
      const tables = ['audit', 'flows', 'counters', 'outbox', 'links'] as const;
      const counts = tables.map(
        async (table) => (await fixture.database.read.selectFrom(table).selectAll().execute()).length,
      );
      return await Promise.all(counts);
    };
    // Fills the cache: the organisation is read at most once a second.
    await world.browser().start('reset', identify('warm-up', 'x'));
    const seen: unknown[] = [];
    for (const username of ['nobody', 'ada', 'bob', 'fresh', 'gone']) {
      const [before, hashed] = [await rows(), runs()];
      statements.length = 0;
      const browser = world.browser();
      // The budgets and the counted refusals belong to an address, so each name uses a different address.
      browser.address = `192.0.2.${seen.length + 10}`;
      const { flow, refusal } = await browser.start('reset', identify(username, '0000-0000-0000-0000'));
      const { id: _, ...shape } = flow;
      const added = (await rows()).map((count, index) => count - (before[index] ?? 0));
      seen.push({ shape, refusal, added, hashes: runs() - hashed, statements: [...statements] });
    }
    const [first] = seen;
    assert.partialDeepStrictEqual(first, { refusal: { code: 'wrong-code' }, hashes: 1 });
    for (const each of seen) assert.deepEqual(each, first);
    at((await start(world, ada, code))[1], 'totp');
  },
);

// Threat: a stranger types wrong codes until the user is locked out.
withDatabases('R44 any number of wrong codes locks no account', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = await codeFor(world, ada);
  const stranger = world.browser();
  stranger.address = '203.0.113.9';
  await stranger.start('reset', identify('ada', '0000-0000-0000-0000'));
  for (let tried = 0; tried < 120; tried += 1) {
    const { refusal } = await stranger.submit({ step: 'identify', username: 'ada', code: '0000-0000-0000-0000' });
    assert.equal(refusal?.code, tried < 29 ? 'wrong-code' : 'throttled');
  }
  const counters = await fixture.database.read.selectFrom('counters').select('key').execute();
  // Only the address of the stranger is throttled.
  assert.deepEqual(
    counters.filter(({ key }) => !key.startsWith('budget.')),
    [],
  );
  at((await start(world, ada, code))[1], 'totp');
});

// Threat: a link that was mailed before the call to the help desk is still in a mailbox that a stranger reads.
withDatabases('R31 a reset by the help desk voids a link that was mailed before it', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  for (const begin of [codeFor, letterFor]) {
    const link = await linkFor(world, ada, 'reset');
    await begin(world, ada);
    await assert.rejects(world.browser().start('reset', [], link), { code: 'link-expired' }, begin.name);
  }
});

// Threat: a stranger who knows the name and address requests emails, and this voids the code or letter of the help desk.
withDatabases('R31 an email that a stranger requests voids neither code nor letter', async (fixture) => {
  const { world } = await clinic(fixture);
  const ida = await world.user({ username: 'ida', email: 'ida@mail.example' });
  const token = await letterFor(world, ida);
  const ask: Input[] = [
    { step: 'organisation', organisation: 'clinic' },
    { step: 'identify', username: 'ida', email: 'ida@mail.example' },
  ];
  at(await world.browser().start('recover', ask), 'mail-sent');
  at(await world.browser().start('reset', [], token), 'totp');
  const code = await codeFor(world, ida);
  fixture.clock.advance(20 * 60_000);
  at(await world.browser().start('recover', ask), 'mail-sent');
  at((await start(world, ida, code))[1], 'totp');
});
