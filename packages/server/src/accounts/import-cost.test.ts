/*
 * Threats: checking an imported hash takes longer than the floor of password responses, so that the time of a response
 * reveals its account; or it takes minutes at every login.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkImportCost, ownCostFault } from './import-cost.ts';
import { PasswordHashError, parsePasswordHash } from './password-hash.ts';

const SALT = 'AAECAwQFBgcICQoLDA0ODw';
const HASH = 'ar6T4tIgufpGK+srltANZCZUACmo2+4fROf05s33isg';
const LONG_HASH = HASH + HASH.slice(0, 22);
const BCRYPT = 'abcdefghijklmnopqrstuuCbi60gCydkWqy290.t2aE6sD/2a2fBO';

test('R54 an import of a hash that takes longer than the floor is refused, and the error states the limit', () => {
  const costly: [string, RegExp][] = [
    [`$argon2id$v=19$m=262144,t=3,p=1$${SALT}$${HASH}`, /memory \(KiB\) × passes of at most 524288/],
    [`$2b$13$${BCRYPT}`, /a cost of at most 12/],
    [`$scrypt$ln=17,r=8,p=1$${SALT}$${HASH}`, /N × r × p of at most 524288/],
    [`$scrypt$ln=14,r=8,p=5$${SALT}$${HASH}`, /N × r × p of at most 524288/],
    [`$pbkdf2-sha256$1500001$${SALT}$${HASH}`, /at most 1500000 iterations of sha256/],
    [`$pbkdf2-sha512$500001$${SALT}$${HASH}`, /at most 500000 iterations of sha512/],
    // A hash of two digest blocks takes twice as many iterations.
    [`$pbkdf2-sha256$800000$${SALT}$${LONG_HASH}`, /at most 1500000 iterations of sha256/],
  ];
  for (const [text, expected] of costly) {
    assert.throws(
      () => checkImportCost(parsePasswordHash(text)),
      (error) =>
        error instanceof PasswordHashError &&
        error.code === 'too-costly' &&
        expected.test(error.message) &&
        /a password response of the organisation/.test(error.message) &&
        !error.message.includes(HASH),
      text,
    );
  }
});

test('hashes with common parameters are imported', () => {
  const usual = [
    `$argon2id$v=19$m=65536,t=3,p=4$${SALT}$${HASH}`,
    `$argon2i$v=19$m=102400,t=2,p=8$${SALT}$${HASH}`,
    `$argon2i$m=65536,t=4,p=1$${SALT}$${HASH}`,
    `$2y$12$${BCRYPT}`,
    `$scrypt$ln=16,r=8,p=1$${SALT}$${HASH}`,
    `$pbkdf2-sha512$210000$${SALT}$${HASH}`,
    `pbkdf2_sha256$1500000$seasalt$${HASH}=`,
  ];
  for (const text of usual) checkImportCost(parsePasswordHash(text));
});

test("R54 the server's own parameters have the same limit", () => {
  assert.equal(ownCostFault({ memory: 19_456, passes: 2, lanes: 1 }), undefined);
  assert.equal(ownCostFault({ memory: 64, passes: 1, lanes: 1 }), undefined);
  for (const parameters of [
    { memory: 262_144, passes: 3, lanes: 1 },
    { memory: 7, passes: 1, lanes: 1 },
    { memory: 64, passes: 0, lanes: 1 },
    { memory: 64, passes: 1, lanes: 0 },
    { memory: 1024, passes: 1, lanes: 17 },
  ]) {
    assert.match(ownCostFault(parameters) ?? '', /memory \(KiB\) × passes of at most 524288/);
  }
});
