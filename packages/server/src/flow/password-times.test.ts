import assert from 'node:assert/strict';
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { ANSWER_FLOOR } from '../accounts/answer-floor.ts';
import { passwordOf, type StoredPassword } from '../accounts/password-hash.ts';
import { createPasswordHasher, type PasswordHasher } from '../accounts/password-hasher.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { hasherWithBarrier } from './testing/barrier.ts';
import { countingHasher } from './testing/counting-hasher.ts';
import { linkFor } from './testing/links.ts';
import { type Browser, simulatedTimer, type TestUser, World } from './testing/world.ts';

/*
 * Threat: a stranger sends one password and learns from the response time whether an account has the name, whether it is
 * disabled or not activated, and whether its hash was imported. Decomposed letters cost a second hash run, and an imported
 * hash costs many times as much as the server's own hash.
 */

const PASSWORD = 'kalme zee onder mïst en régen';
const WRONG = 'andere zee onder mïst en régen';
const SPELLINGS = {
  composed: (text: string) => text.normalize('NFC'),
  decomposed: (text: string) => text.normalize('NFD'),
  mixed: (text: string) => text.slice(0, 20).normalize('NFD') + text.slice(20).normalize('NFC'),
};
const [PRESENT, OUTDATED] = ['argon2.64.1.1', 'argon2.128.1.1'];
/** The duration of a hash run on the test's timer, in ms. Default: 200. */
const MS: Readonly<Record<string, number>> = { [PRESENT]: 12, [OUTDATED]: 30 };
const SALT = Buffer.from('0123456789abcdef');
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** A world whose timer advances only by hash runs and waits. */
async function clinic({ database, clock }: Fixture) {
  const timer = simulatedTimer();
  const counting = countingHasher({ memory: 64, passes: 1, lanes: 1 }, (run) => void timer.wait(MS[run] ?? 200));
  const { hasher, hold } = hasherWithBarrier(counting.hasher);
  let written = 0;
  const write: Fixture['database']['write'] = async (work) => {
    const result = await database.write(work);
    written += 1;
    return result;
  };
  const world = new World({ ...database, write }, clock, hasher, timer);
  await world.organisation();
  /** The cost of an input: its hash runs, and the ms until its response. */
  const cost = async (input: () => Promise<unknown>): Promise<{ runs: string[]; ms: number }> => {
    counting.take();
    const from = timer.now();
    await input();
    return { runs: counting.take(), ms: timer.now() - from };
  };
  /** Runs guesses at the same time: the first hash run begins when all of them have been counted, and wait for their turn. */
  const together = async (count: number, guess: () => Promise<unknown>): Promise<void> => {
    const alone = hold();
    let before = written;
    const first = guess();
    await alone.reached;
    const each = written - before;
    alone.open();
    await first;
    const all = hold();
    before = written;
    const guesses = Promise.all(Array.from({ length: count - 1 }, guess));
    while (written < before + (count - 1) * each) await setImmediate();
    await setImmediate();
    all.open();
    await guesses;
  };
  return { world, cost, together };
}

const foreign = (hash: string): StoredPassword => ({ hash, scheme: 'foreign' });

async function storedPasswords(): Promise<Record<string, StoredPassword>> {
  const outdated = createPasswordHasher({ parameters: { memory: 128, passes: 1, lanes: 1 } });
  const parameters = { memoryCost: 64, timeCost: 1, parallelism: 1 };
  const scrypt = scryptSync(PASSWORD, SALT, 32, { cost: 16, blockSize: 1, parallelization: 1 });
  const pbkdf2 = pbkdf2Sync(PASSWORD, SALT, 10, 32, 'sha256');
  return {
    outdated: await outdated.hash(PASSWORD),
    'without a scheme': { hash: await argon2(PASSWORD, parameters), scheme: null },
    'imported argon2id': foreign(await argon2(PASSWORD, parameters)),
    'imported bcrypt': foreign(await bcrypt(PASSWORD, { cost: 4 })),
    'imported scrypt': foreign(`$scrypt$ln=4,r=1,p=1$${base64(SALT)}$${base64(scrypt)}`),
    'imported PBKDF2': foreign(`$pbkdf2-sha256$i=10$${base64(SALT)}$${base64(pbkdf2)}`),
  };
}

/** A user whose row has this hash, as written by an older version or an import. */
async function withStored(
  world: World,
  username: string,
  stored: StoredPassword,
  state?: 'disabled',
): Promise<TestUser> {
  const user = await world.user({ username, password: PASSWORD, ...(state ? { state } : {}) });
  await world.database.write((tx) =>
    tx
      .updateTable('accounts')
      .set({ password_hash: stored.hash, password_scheme: stored.scheme })
      .where('id', '=', user.id)
      .execute(),
  );
  return user;
}

/** Users without a foreign hash: active, disabled, not activated, and a name without an account. */
async function ownUsers(world: World): Promise<Record<string, TestUser>> {
  return {
    active: await world.user({ username: 'active', password: PASSWORD }),
    disabled: await world.user({ username: 'disabled', password: PASSWORD, state: 'disabled' }),
    'not activated': await world.user({ username: 'dormant', without: 'password' }),
    unknown: { id: 'none', organisation: 'clinic', username: 'nobody', password: PASSWORD } as TestUser,
  };
}

withDatabases('R54 a wrong password costs one hash run in any spelling and for any account', async (fixture) => {
  const { world, cost } = await clinic(fixture);
  for (const [state, user] of Object.entries(await ownUsers(world))) {
    for (const [spelling, spelt] of Object.entries(SPELLINGS)) {
      const spent = await cost(() => world.browser().password(user, spelt(WRONG)));
      assert.deepEqual(spent, { runs: [PRESENT], ms: 12 }, `${state}, ${spelling}`);
    }
  }
  const locked = await world.user({ username: 'locked', password: PASSWORD });
  for (let count = 0; count < 10; count += 1) await world.browser().password(locked, WRONG);
  for (const spelt of Object.values(SPELLINGS)) {
    assert.deepEqual(await cost(() => world.browser().password(locked, spelt(WRONG))), { runs: [], ms: 0 });
  }
});

withDatabases('R54 the correct password is accepted in any spelling with one hash run', async (fixture) => {
  const { world, cost } = await clinic(fixture);
  const { active, disabled } = await ownUsers(world);
  assert.ok(active && disabled);
  for (const spelt of Object.values(SPELLINGS)) {
    const browser = world.browser();
    assert.deepEqual(await cost(() => browser.password(active, spelt(PASSWORD))), { runs: [PRESENT], ms: 12 });
    assert.equal((await browser.step()).type, 'totp');
    assert.deepEqual(await cost(() => world.browser().password(disabled, spelt(PASSWORD))), {
      runs: [PRESENT],
      ms: 12,
    });
  }
});

withDatabases(
  'R54 while an organisation has foreign or outdated hashes, each password answer takes the minimum time',
  async (fixture) => {
    const { world, cost } = await clinic(fixture);
    const users = await ownUsers(world);
    for (const [scheme, stored] of Object.entries(await storedPasswords())) {
      users[scheme] = await withStored(world, scheme.replaceAll(' ', '-'), stored);
      users[`disabled, ${scheme}`] = await withStored(world, `gone-${scheme.replaceAll(' ', '-')}`, stored, 'disabled');
    }
    for (const [state, user] of Object.entries(users)) {
      for (const [spelling, spelt] of Object.entries(SPELLINGS)) {
        const { runs, ms } = await cost(() => world.browser().password(user, spelt(WRONG)));
        assert.equal(ms, ANSWER_FLOOR, `${state}, ${spelling}`);
        const twice = /import|without/.test(state) && spelling !== 'composed';
        assert.equal(runs.length, twice ? 2 : 1, `${state}, ${spelling}`);
      }
    }
  },
);

withDatabases(
  'R54 the correct password for each kind of hash takes the minimum time and renews the hash',
  async (fixture) => {
    const { world, cost } = await clinic(fixture);
    for (const [scheme, stored] of Object.entries(await storedPasswords())) {
      const user = await withStored(world, scheme.replaceAll(' ', '-'), stored);
      fixture.clock.advance(1000);
      const browser = world.browser();
      const { runs, ms } = await cost(() => browser.password(user));
      assert.equal((await browser.step()).type, 'totp', scheme);
      assert.deepEqual([runs.length, runs[1], ms], [2, PRESENT, ANSWER_FLOOR], scheme);
      const row = await getAccount(fixture.database.read, 'clinic', user.id);
      const renewed = row && passwordOf(row);
      assert.equal(renewed?.scheme, world.hasher.scheme, scheme);
      assert.notEqual(renewed?.hash, stored.hash, scheme);
      // No other foreign hash is left, so the next answer takes only the time of its hash run.
      fixture.clock.advance(1000);
      const next = await cost(() => world.browser().password(user, SPELLINGS.decomposed(PASSWORD)));
      assert.deepEqual(next, { runs: [PRESENT], ms: 12 }, scheme);
    }
  },
);

withDatabases('R54 the minimum time applies to a confirmed password and to a new one', async (fixture) => {
  const { world, cost } = await clinic(fixture);
  const stored = await storedPasswords();
  const own = await world.user({ username: 'own', password: PASSWORD });
  const outdated = await withStored(world, 'outdated', stored.outdated ?? foreign(''));
  const imported = await withStored(world, 'imported', stored['imported bcrypt'] ?? foreign(''));
  // This user never logs in, so the organisation keeps a foreign hash.
  await withStored(world, 'dormant', stored['imported bcrypt'] ?? foreign(''));
  for (const user of [own, outdated, imported]) {
    const reset = await resetting(world, user);
    const reused = await cost(() => reset.submit({ step: 'new-password', password: PASSWORD }));
    assert.equal(reused.ms, ANSWER_FLOOR, user.username);
    assert.equal(reset.last?.refusal?.reason, 'reused');
    const chosen = await cost(() => reset.submit({ step: 'new-password', password: WRONG }));
    assert.equal(chosen.ms, ANSWER_FLOOR + 12, user.username);
  }
  const browser = world.browser();
  await browser.login({ ...own, password: WRONG });
  await browser.start('enroll');
  for (const password of [PASSWORD, WRONG]) {
    const { ms } = await cost(() => browser.submit({ step: 'confirm-password', password }));
    assert.equal(ms, ANSWER_FLOOR);
  }
});

async function resetting(world: World, user: TestUser): Promise<Browser> {
  const link = await linkFor(world, user, 'reset');
  const browser = world.browser();
  await browser.start('reset', [], link);
  if ((await browser.step()).type === 'totp') await browser.code(world.code(user));
  assert.equal((await browser.step()).type, 'new-password');
  return browser;
}

withEachDatabase(
  'R54 parallel guesses at one name are answered one minimum time after the other, for any account',
  async (fixture) => {
    // Threat: nine expensive hash runs in parallel take longer than the minimum time, and nine cheap ones do not.
    const { world, cost, together } = await clinic(fixture);
    const stored = await storedPasswords();
    const imported = await withStored(world, 'imported', stored['imported bcrypt'] ?? foreign(''));
    const { active, unknown } = await ownUsers(world);
    for (const user of [imported, active, unknown]) {
      assert.ok(user);
      const guess = () => world.browser().password(user, SPELLINGS.decomposed(WRONG));
      const spent = await cost(() => together(9, guess));
      assert.equal(spent.ms, 9 * ANSWER_FLOOR, user.username);
    }
  },
);

withDatabases('R54 a chosen or renewed hash is stored with its scheme', async (fixture) => {
  const { world } = await clinic(fixture);
  const kim = await withStored(world, 'kim', foreign(await bcrypt(PASSWORD, { cost: 4 })));
  const reset = await resetting(world, kim);
  await reset.submit({ step: 'new-password', password: WRONG });
  const row = await getAccount(fixture.database.read, 'clinic', kim.id);
  assert.deepEqual([row?.password_scheme, row?.password_hash?.startsWith('$argon2id$')], ['own.64.1.1', true]);
});

/* Threat: the requests of one address fill the hash queue, because their hash runs are not assigned to that address. */
withDatabases('every hash run of a flow is assigned to its organisation and address (R87 in part)', async (fixture) => {
  const { hasher } = countingHasher();
  const origins: unknown[] = [];
  const record = <T>(origin: unknown, work: Promise<T>): Promise<T> => {
    origins.push(origin);
    return work;
  };
  const recorder: PasswordHasher = {
    ...hasher,
    stats: hasher.stats,
    hash: (...args) => record(args[1], hasher.hash(...args)),
    verify: (...args) => record(args[2], hasher.verify(...args)),
    decoy: (...args) => record(args[1], hasher.decoy(...args)),
    raw: (...args) => record(args[3], hasher.raw(...args)),
  };
  const world = new World(fixture.database, fixture.clock, recorder);
  await world.organisation();
  const { active, unknown } = await ownUsers(world);
  assert.ok(active && unknown);
  const [code = ''] = await world.giveRecoveryCodes(active);
  origins.length = 0;
  await world.browser().password(unknown);
  const browser = world.browser();
  await browser.password(active);
  await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
  await browser.submit({ step: 'recovery-code', code: '0000-0000-0000' });
  await browser.submit({ step: 'recovery-code', code });
  const reset = await resetting(world, active);
  await reset.submit({ step: 'new-password', password: WRONG });
  assert.ok(origins.length >= 7);
  for (const origin of origins) assert.deepEqual(origin, { organisation: 'clinic', address: '192.0.2.1' });
});
