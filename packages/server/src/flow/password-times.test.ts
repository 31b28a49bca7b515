import assert from 'node:assert/strict';
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { ANSWER_FLOOR } from '../accounts/answer-floor.ts';
import { passwordOf, type StoredPassword } from '../accounts/password-hash.ts';
import { createPasswordHasher, type PasswordHasher } from '../accounts/password-hasher.ts';
import { getAccount } from '../store/accounts.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { countingHasher } from './testing/counting-hasher.ts';
import { linkFor } from './testing/links.ts';
import { type Browser, standingTimer, type TestUser, World } from './testing/world.ts';

/*
 * Threat: a stranger sends one password and learns from the time of the answer whether the name has an account, whether it is
 * disabled or not activated, and whether its hash was imported. Decomposed letters cost a second hash run, an imported hash
 * costs many times what the server's own costs.
 */

const PASSWORD = 'kalme zee onder mïst en régen';
const WRONG = 'andere zee onder mïst en régen';
const SPELLINGS = {
  composed: (text: string) => text.normalize('NFC'),
  decomposed: (text: string) => text.normalize('NFD'),
  mixed: (text: string) => text.slice(0, 20).normalize('NFD') + text.slice(20).normalize('NFC'),
};
const [PRESENT, OUTDATED] = ['argon2.64.1.1', 'argon2.128.1.1'];
/** What a run takes on the test's timer, in ms; others 200. */
const MS: Readonly<Record<string, number>> = { [PRESENT]: 12, [OUTDATED]: 30 };
const SALT = Buffer.from('0123456789abcdef');
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** A world whose timer moves by hash runs and waits alone. */
async function clinic({ database, clock }: Fixture) {
  const timer = standingTimer();
  const counting = countingHasher({ memory: 64, passes: 1, lanes: 1 }, (run) => void timer.wait(MS[run] ?? 200));
  const world = new World(database, clock, counting.hasher, timer);
  await world.organisation();
  /** What an input costs: hash runs, and ms until its answer. */
  const cost = async (input: () => Promise<unknown>): Promise<{ runs: string[]; ms: number }> => {
    counting.take();
    const from = timer.now();
    await input();
    return { runs: counting.take(), ms: timer.now() - from };
  };
  return { world, cost };
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

/** A user whose row has this hash, as an older version or an import left it. */
async function withStored(
  world: World,
  username: string,
  stored: StoredPassword,
  state?: 'disabled',
): Promise<TestUser> {
  const person = await world.user({ username, password: PASSWORD, ...(state ? { state } : {}) });
  await world.database.write((tx) =>
    tx
      .updateTable('accounts')
      .set({ password_hash: stored.hash, password_scheme: stored.scheme })
      .where('id', '=', person.id)
      .execute(),
  );
  return person;
}

async function ownPeople(world: World): Promise<Record<string, TestUser>> {
  return {
    active: await world.user({ username: 'active', password: PASSWORD }),
    disabled: await world.user({ username: 'disabled', password: PASSWORD, state: 'disabled' }),
    'not activated': await world.user({ username: 'dormant', without: 'password' }),
    unknown: { id: 'none', organisation: 'clinic', username: 'nobody', password: PASSWORD } as TestUser,
  };
}

withDatabases('R54 a wrong password costs one hash run, in any spelling and for any account', async (fixture) => {
  const { world, cost } = await clinic(fixture);
  for (const [state, person] of Object.entries(await ownPeople(world))) {
    for (const [spelling, spelt] of Object.entries(SPELLINGS)) {
      const spent = await cost(() => world.browser().password(person, spelt(WRONG)));
      assert.deepEqual(spent, { runs: [PRESENT], ms: 12 }, `${state}, ${spelling}`);
    }
  }
  const locked = await world.user({ username: 'locked', password: PASSWORD });
  for (let count = 0; count < 10; count += 1) await world.browser().password(locked, WRONG);
  for (const spelt of Object.values(SPELLINGS)) {
    assert.deepEqual(await cost(() => world.browser().password(locked, spelt(WRONG))), { runs: [], ms: 0 });
  }
});

withDatabases('R54 the right password is found in any spelling by one hash run', async (fixture) => {
  const { world, cost } = await clinic(fixture);
  const { active, disabled } = await ownPeople(world);
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
  'R54 while an organisation has foreign or outdated hashes, each of its password answers takes the floor',
  async (fixture) => {
    const { world, cost } = await clinic(fixture);
    const people = await ownPeople(world);
    for (const [scheme, stored] of Object.entries(await storedPasswords())) {
      people[scheme] = await withStored(world, scheme.replaceAll(' ', '-'), stored);
      people[`disabled, ${scheme}`] = await withStored(
        world,
        `gone-${scheme.replaceAll(' ', '-')}`,
        stored,
        'disabled',
      );
    }
    for (const [state, person] of Object.entries(people)) {
      for (const [spelling, spelt] of Object.entries(SPELLINGS)) {
        const { runs, ms } = await cost(() => world.browser().password(person, spelt(WRONG)));
        assert.equal(ms, ANSWER_FLOOR, `${state}, ${spelling}`);
        const twice = /import|without/.test(state) && spelling !== 'composed';
        assert.equal(runs.length, twice ? 2 : 1, `${state}, ${spelling}`);
      }
    }
  },
);

withDatabases('R54 the right password of each kind of hash takes the floor and renews it', async (fixture) => {
  const { world, cost } = await clinic(fixture);
  for (const [scheme, stored] of Object.entries(await storedPasswords())) {
    const person = await withStored(world, scheme.replaceAll(' ', '-'), stored);
    fixture.clock.advance(1000);
    const browser = world.browser();
    const { runs, ms } = await cost(() => browser.password(person));
    assert.equal((await browser.step()).type, 'totp', scheme);
    assert.deepEqual([runs.length, runs[1], ms], [2, PRESENT, ANSWER_FLOOR], scheme);
    const row = await getAccount(fixture.database.read, 'clinic', person.id);
    const renewed = row && passwordOf(row);
    assert.equal(renewed?.scheme, world.hasher.scheme, scheme);
    assert.notEqual(renewed?.hash, stored.hash, scheme);
    // That was the only one: from now on answers take what their one run takes.
    fixture.clock.advance(1000);
    const next = await cost(() => world.browser().password(person, SPELLINGS.decomposed(PASSWORD)));
    assert.deepEqual(next, { runs: [PRESENT], ms: 12 }, scheme);
  }
});

withDatabases('R54 the floor holds where a password is confirmed, and where a new one is chosen', async (fixture) => {
  const { world, cost } = await clinic(fixture);
  const stored = await storedPasswords();
  const own = await world.user({ username: 'own', password: PASSWORD });
  const outdated = await withStored(world, 'outdated', stored.outdated ?? foreign(''));
  const imported = await withStored(world, 'imported', stored['imported bcrypt'] ?? foreign(''));
  // A user who never logs in: the organisation keeps a foreign hash throughout.
  await withStored(world, 'dormant', stored['imported bcrypt'] ?? foreign(''));
  for (const person of [own, outdated, imported]) {
    const reset = await resetting(world, person);
    const reused = await cost(() => reset.submit({ step: 'new-password', password: PASSWORD }));
    assert.equal(reused.ms, ANSWER_FLOOR, person.username);
    assert.equal(reset.last?.refusal?.reason, 'reused');
    const chosen = await cost(() => reset.submit({ step: 'new-password', password: WRONG }));
    assert.equal(chosen.ms, ANSWER_FLOOR + 12, person.username);
  }
  const browser = world.browser();
  await browser.login({ ...own, password: WRONG });
  await browser.start('enroll');
  for (const password of [PASSWORD, WRONG]) {
    const { ms } = await cost(() => browser.submit({ step: 'confirm-password', password }));
    assert.equal(ms, ANSWER_FLOOR);
  }
});

async function resetting(world: World, person: TestUser): Promise<Browser> {
  const link = await linkFor(world, person, 'reset');
  const browser = world.browser();
  await browser.start('reset', [], link);
  if ((await browser.step()).type === 'totp') await browser.code(world.code(person));
  assert.equal((await browser.step()).type, 'new-password');
  return browser;
}

withDatabases(
  'R54 parallel guesses at one name are answered one floor after the other, for any account',
  async (fixture) => {
    // Threat: nine costly runs at a time take longer than the floor, nine cheap ones don't.
    const { world, cost } = await clinic(fixture);
    const stored = await storedPasswords();
    const imported = await withStored(world, 'imported', stored['imported bcrypt'] ?? foreign(''));
    const { active, unknown } = await ownPeople(world);
    for (const person of [imported, active, unknown]) {
      assert.ok(person);
      const guess = () => world.browser().password(person, SPELLINGS.decomposed(WRONG));
      const spent = await cost(() => Promise.all(Array.from({ length: 9 }, guess)));
      assert.equal(spent.ms, 9 * ANSWER_FLOOR, person.username);
    }
  },
);

withDatabases('R54 a hash that was chosen or renewed is stored with its scheme', async (fixture) => {
  const { world } = await clinic(fixture);
  const kim = await withStored(world, 'kim', foreign(await bcrypt(PASSWORD, { cost: 4 })));
  const reset = await resetting(world, kim);
  await reset.submit({ step: 'new-password', password: WRONG });
  const row = await getAccount(fixture.database.read, 'clinic', kim.id);
  assert.deepEqual([row?.password_scheme, row?.password_hash?.startsWith('$argon2id$')], ['own.64.1.1', true]);
});

/*
 * Threat: the requests of one address fill the hash queue, because their hashing is not counted as theirs.
 */
withDatabases('every hash of a flow is asked for by organisation and address (R87 in part)', async (fixture) => {
  const { hasher } = countingHasher();
  const origins: unknown[] = [];
  const note = <T>(origin: unknown, work: Promise<T>): Promise<T> => {
    origins.push(origin);
    return work;
  };
  const noting: PasswordHasher = {
    ...hasher,
    stats: hasher.stats,
    hash: (...args) => note(args[1], hasher.hash(...args)),
    verify: (...args) => note(args[2], hasher.verify(...args)),
    decoy: (...args) => note(args[1], hasher.decoy(...args)),
    raw: (...args) => note(args[3], hasher.raw(...args)),
  };
  const world = new World(fixture.database, fixture.clock, noting);
  await world.organisation();
  const { active, unknown } = await ownPeople(world);
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
