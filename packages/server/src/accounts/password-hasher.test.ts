// Threat: stored passwords are read from a dump and guessed offline; or an imported, weaker hash is never replaced.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HashFunctions, nativeHashFunctions } from './hash-functions.ts';
import { HasherBusyError } from './hash-queue.ts';
import { PasswordHashError, type StoredPassword } from './password-hash.ts';
import { createPasswordHasher, DEFAULT_PARAMETERS, hasherFor, type PasswordHasher } from './password-hasher.ts';

const light = { memory: 64, passes: 1, lanes: 1 };
const PASSWORD = 'kalme zee onder mïst';
/** The same password in the forms of other systems, made with argon2-cffi, libxcrypt and Python's hashlib. */
const FOREIGN = {
  argon2i: '$argon2i$v=19$m=1024,t=3,p=2$AAECAwQFBgcICQoLDA0ODw$4lVSQuNaQOo8PdjXzyYvB3NQ2Xnlov+n+00Q99w7klI',
  argon2d: '$argon2d$v=19$m=1024,t=3,p=2$AAECAwQFBgcICQoLDA0ODw$FY/SM2Pj0sECNSg2K2FzQAoikdRjfC8hmF0tFSCfneI',
  'argon2id of other parameters':
    '$argon2id$v=19$m=1024,t=3,p=2$AAECAwQFBgcICQoLDA0ODw$d27WwOB2LOWIuQx/0Tt/YMqv9yfFwwEiXiGQcwpsTpE',
  'argon2i of version 16':
    '$argon2i$v=16$m=1024,t=3,p=2$AAECAwQFBgcICQoLDA0ODw$h8dQlK2AuhHZAu2KSBQheB/+UxkDWtMBBjASFWMI9lM',
  'bcrypt 2a': '$2a$04$abcdefghijklmnopqrstuuCbi60gCydkWqy290.t2aE6sD/2a2fBO',
  'bcrypt 2b': '$2b$04$abcdefghijklmnopqrstuuCbi60gCydkWqy290.t2aE6sD/2a2fBO',
  'bcrypt 2y': '$2y$04$abcdefghijklmnopqrstuuCbi60gCydkWqy290.t2aE6sD/2a2fBO',
  scrypt: '$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$z1vjnx1IujNUHOdOnRopNe1cULNfECOVCLSRY5o0THA',
  'scrypt of 128 MiB': '$scrypt$ln=17,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$lVHMTLZRMKNzeYrIi2e2Bzigy9Z0FQlNp/vtDw3qPaI',
  'PBKDF2-SHA1 of Django': 'pbkdf2_sha1$20000$seasalt$LihlDwkLL36EiqULQsYd2mnSPp8=',
  'PBKDF2-SHA256 of Django': 'pbkdf2_sha256$20000$seasalt$P8Q+B1i2IuJXNsJH9G6RAyNxvfdll/ao2qohbxsoLHk=',
  'PBKDF2-SHA512 of Django':
    'pbkdf2_sha512$20000$seasalt$9OyyaEW9M2raMdNqY8pMhIXwOBwK6MUhM0KdDFc+9SQqV9sU52ZwKFJRdu68TN5selEDPjB2qLFO+ocV+5TDjw==',
  'PBKDF2-SHA1 of passlib': '$pbkdf2$20000$8PHy8/T19vf4.fr7/P3./w$PV7gNPElpjrLHmZSuKYdIcUIyWk',
  'PBKDF2-SHA256 of passlib': '$pbkdf2-sha256$20000$8PHy8/T19vf4.fr7/P3./w$Yuk93l.ZuHC3N6X55gmwB1tYZSn4cc/jKwPiPGHlnQI',
  'PBKDF2-SHA512 of passlib':
    '$pbkdf2-sha512$20000$8PHy8/T19vf4.fr7/P3./w$l7/QHk4NceyvdsfFEEZ9h28deSGK829DhQTBvU9lPTi/9finzoOgBAMykRxWbVncF3ADg/tqkcqJSKM60KHB2w',
  'PBKDF2-SHA256 of the PHC':
    '$pbkdf2-sha256$i=20000,l=32$AAECAwQFBgcICQoLDA0ODw$ar6T4tIgufpGK+srltANZCZUACmo2+4fROf05s33isg',
};

const foreign = (hash: string): StoredPassword => ({ hash, scheme: 'foreign' });

test('R62: passwords are hashed with argon2id, m=19456, t=2, p=1, each with its own salt', async () => {
  const hasher = createPasswordHasher();
  const [one, other] = await Promise.all([hasher.hash(PASSWORD), hasher.hash(PASSWORD)]);
  assert.match(one.hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.equal(one.scheme, 'own.19456.2.1');
  assert.notEqual(one.hash, other.hash);
  assert.deepEqual(await hasher.verify(one, PASSWORD), { ok: true, rehash: false });
  assert.deepEqual(await hasher.verify(one, 'kalme zee onder regen'), { ok: false, rehash: false });
});

test('R62: an own hash with other parameters verifies with its stored ones, and is replaced', async () => {
  const stored = await createPasswordHasher({ parameters: light }).hash(PASSWORD);
  const hasher = createPasswordHasher({ parameters: { ...light, passes: 2 } });
  assert.deepEqual(await hasher.verify(stored, PASSWORD), { ok: true, rehash: true });
  assert.deepEqual(await hasher.verify(stored, 'other'), { ok: false, rehash: false });
});

for (const [name, stored] of Object.entries(FOREIGN)) {
  test(`R62: a foreign hash verifies and is replaced: ${name}`, async () => {
    const hasher = createPasswordHasher({ parameters: light });
    assert.deepEqual(await hasher.verify(foreign(stored), PASSWORD), { ok: true, rehash: true });
    assert.deepEqual(await hasher.verify(foreign(stored), PASSWORD.toUpperCase()), { ok: false, rehash: false });
    assert.deepEqual(await hasher.verify(foreign(stored), ''), { ok: false, rehash: false });
  });
}

test('R62: composed and decomposed spellings are the same password, also for foreign hashes', async () => {
  const hasher = createPasswordHasher({ parameters: light });
  const decomposed = PASSWORD.normalize('NFD');
  assert.equal((await hasher.verify(await hasher.hash(decomposed), PASSWORD)).ok, true);
  assert.equal((await hasher.verify(foreign(FOREIGN.scrypt), decomposed)).ok, true);
  assert.equal((await hasher.verify(foreign(FOREIGN['bcrypt 2b']), decomposed)).ok, true);
});

test('R62: a foreign hash of the password as entered verifies too', async () => {
  const hasher = createPasswordHasher({ parameters: light });
  const ofDecomposed = '$2b$04$abcdefghijklmnopqrstuu7wCmabVAVJNU3731iD9gykBICa8lWZK';
  assert.equal((await hasher.verify(foreign(ofDecomposed), PASSWORD.normalize('NFD'))).ok, true);
  assert.equal((await hasher.verify(foreign(ofDecomposed), PASSWORD)).ok, false);
});

test('R62: a password is not truncated: 256 characters of four bytes all count', async () => {
  const hasher = createPasswordHasher({ parameters: light });
  const long = '🐘'.repeat(256);
  const stored = await hasher.hash(long);
  assert.equal((await hasher.verify(stored, long)).ok, true);
  assert.equal((await hasher.verify(stored, '🐘'.repeat(255))).ok, false);
  assert.equal((await hasher.verify(stored, `${'🐘'.repeat(255)}🐝`)).ok, false);
});

test('an invalid stored hash is an error, not a wrong password', async () => {
  await assert.rejects(
    createPasswordHasher({ parameters: light }).verify(foreign('hunter2'), 'hunter2'),
    PasswordHashError,
  );
});

test('a full queue refuses every kind of work', async () => {
  const hasher = createPasswordHasher({ parameters: light, concurrency: 1, queueLimit: 0 });
  const stored = await hasher.hash(PASSWORD);
  const running = hasher.hash(PASSWORD);
  await assert.rejects(hasher.verify(stored, PASSWORD), HasherBusyError);
  await assert.rejects(hasher.decoy(PASSWORD), HasherBusyError);
  await assert.rejects(hasher.raw(PASSWORD, Buffer.alloc(16)), HasherBusyError);
  assert.deepEqual({ ...hasher.stats }, { running: 1, waiting: 0 });
  await running;
});

test('a decoy computes one hash of the default cost for any password', async () => {
  const hasher = createPasswordHasher();
  assert.deepEqual(hasher.parameters, DEFAULT_PARAMETERS);
  for (const password of ['', PASSWORD, '🐘'.repeat(256)]) assert.equal(await hasher.decoy(password), undefined);
});

/** Returns a hasher, and a function that returns the texts that were verified since the last call. */
function counted(parameters = light) {
  const texts: string[] = [];
  const functions: HashFunctions = {
    ...nativeHashFunctions,
    verify(hash, text) {
      texts.push(text);
      return nativeHashFunctions.verify(hash, text);
    },
  };
  return {
    hasher: createPasswordHasher({ parameters }, functions),
    take: () => texts.splice(0),
  };
}

const SPELLINGS = [PASSWORD, PASSWORD.normalize('NFD'), `${PASSWORD} ${PASSWORD.normalize('NFD')}`];

test('R54 an own hash, current or outdated, takes one run of the NFC form, like an unknown username', async () => {
  const { hasher, take } = counted();
  const own = await hasher.hash(PASSWORD);
  const outdated = await createPasswordHasher({ parameters: { ...light, passes: 2 } }).hash(PASSWORD);
  for (const spelling of SPELLINGS) {
    await hasher.decoy(spelling);
    assert.deepEqual(take(), [spelling.normalize('NFC')]);
    for (const stored of [own, outdated]) {
      for (const password of [spelling, `${spelling} wrong`]) {
        await hasher.verify(stored, password);
        assert.deepEqual(take(), [password.normalize('NFC')]);
      }
    }
  }
});

test('R54 only a foreign hash, or one without a scheme, takes a second run for another spelling', async () => {
  const { hasher, take } = counted();
  const { hash } = await hasher.hash(PASSWORD);
  for (const stored of [foreign(hash), { hash, scheme: null }, foreign(FOREIGN['bcrypt 2b'])]) {
    for (const spelling of SPELLINGS) {
      const wrong = `${spelling} wrong`;
      await hasher.verify(stored, wrong);
      assert.deepEqual(take(), [...new Set([wrong.normalize('NFC'), wrong])]);
    }
  }
});

test('R62 a hash is replaced unless its scheme is the own scheme of the current parameters', async () => {
  const hasher = createPasswordHasher({ parameters: light });
  const { hash, scheme } = await hasher.hash(PASSWORD);
  for (const other of ['foreign', null, 'own.64.1.2', 'own']) {
    assert.deepEqual(await hasher.verify({ hash, scheme: other }, PASSWORD), { ok: true, rehash: true }, `${other}`);
  }
  // A hash of other parameters with the current scheme, as an older version on the same database may store it.
  const heavier = await createPasswordHasher({ parameters: { ...light, passes: 2 } }).hash(PASSWORD);
  assert.deepEqual(await hasher.verify({ hash: heavier.hash, scheme }, PASSWORD), { ok: true, rehash: true });
  assert.deepEqual(await hasher.verify(foreign(FOREIGN.scrypt), PASSWORD), { ok: true, rehash: true });
});

test('all kinds of work for a request wait under its origin (R87 in part)', async () => {
  const limits = { parameters: light, concurrency: 1, queueLimit: 100, addressLimit: 1 };
  const hasher = createPasswordHasher(limits);
  const stored = await hasher.hash(PASSWORD);
  const work: ((mine: PasswordHasher) => Promise<unknown>)[] = [
    (mine) => mine.hash(PASSWORD),
    (mine) => mine.verify(stored, PASSWORD),
    (mine) => mine.decoy(PASSWORD),
    (mine) => mine.raw(PASSWORD, Buffer.alloc(16)),
  ];
  for (const run of work) {
    const running = hasher.hash(PASSWORD);
    const waiting = hasherFor(hasher, { organisation: 'clinic', address: 'a' }).decoy(PASSWORD);
    await assert.rejects(run(hasherFor(hasher, { organisation: 'school', address: 'a' })), HasherBusyError);
    await Promise.all([
      running,
      waiting,
      run(hasherFor(hasher, { organisation: 'school', address: 'b' })),
      run(hasher),
    ]);
  }
});
