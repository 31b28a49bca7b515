import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashToken, newId, newToken, sameBytes, sameHash, systemRandom } from './tokens.ts';

test('an id has 128 bits and a token 256, as base64url', () => {
  assert.match(newId(systemRandom), /^[\w-]{22}$/);
  assert.match(newToken(systemRandom), /^[\w-]{43}$/);
  assert.notEqual(newToken(systemRandom), newToken(systemRandom));
});

test('ids and tokens take their bytes from the injected generator', () => {
  const zeros = (bytes: number) => new Uint8Array(bytes);
  assert.equal(newId(zeros), 'A'.repeat(22));
  assert.equal(newToken(zeros), 'A'.repeat(43));
});

test('a token is kept as its SHA-256 (FIPS 180-4, "abc")', () => {
  const expected = Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex');
  assert.equal(hashToken('abc'), expected.toString('base64url'));
});

test('hashes compare by their text, of whatever length', () => {
  assert.equal(sameHash('abc', 'abc'), true);
  assert.equal(sameHash('abc', 'abd'), false);
  assert.equal(sameHash('abc', 'abcd'), false);
  assert.equal(sameHash('', 'a'), false);
  assert.equal(sameBytes(Buffer.from([1, 2]), new Uint8Array([1, 2])), true);
});

// Threat: two secrets share bytes because both were cut from the same stretch of the pool.
test('what the system generator gives is as long as asked, and never twice the same, nor wiped afterwards', () => {
  const seen = new Set<string>();
  for (let round = 0; round < 2000; round += 1) {
    for (const length of [12, 16, 20, 32, 255, 256, 257]) {
      const bytes = systemRandom(length);
      assert.equal(bytes.byteLength, length);
      for (let at = 0; at + 12 <= length; at += 12) seen.add(Buffer.from(bytes.slice(at, at + 12)).toString('hex'));
    }
  }
  assert.equal(seen.size, 2000 * (1 + 1 + 1 + 2 + 21 + 21 + 21));
});

test('draws of the system generator do not overlap by a single byte', () => {
  let touching = 0;
  let wiped = 0;
  let last = systemRandom(16);
  for (let round = 0; round < 5000; round += 1) {
    const next = systemRandom(16);
    if (last[15] === next[0]) touching += 1;
    // What was drawn is wiped from the pool: a byte of an earlier draw would be a zero.
    if (next[0] === 0) wiped += 1;
    last = next;
  }
  // Twenty by chance; a hundred would be eighteen deviations away.
  assert.ok(touching < 100, String(touching));
  assert.ok(wiped < 100, String(wiped));
});

test('the system generator hands out memory of its own', () => {
  const one = systemRandom(16);
  const before = Buffer.from(one).toString('hex');
  for (let round = 0; round < 1000; round += 1) systemRandom(32).fill(0);
  assert.equal(Buffer.from(one).toString('hex'), before);
  assert.notEqual(before, '0'.repeat(32));
});
