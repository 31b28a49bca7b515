import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabases } from '../store/testing/databases.ts';
import { addFlow } from '../store/testing/rows.ts';
import { hashToken, newId, newRowId, newToken, sameBytes, sameHash, systemRandom } from './tokens.ts';

test('an id has 128 bits and a token has 256 bits, in base64url', () => {
  assert.match(newId(systemRandom), /^[\w-]{22}$/);
  assert.match(newToken(systemRandom), /^[\w-]{43}$/);
  assert.notEqual(newToken(systemRandom), newToken(systemRandom));
});

test('the bytes of ids and tokens come from the injected generator', () => {
  const zeros = (bytes: number) => new Uint8Array(bytes);
  assert.equal(newId(zeros), 'A'.repeat(22));
  assert.equal(newToken(zeros), 'A'.repeat(43));
});

test('a token is stored as its SHA-256 (FIPS 180-4, "abc")', () => {
  const expected = Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex');
  assert.equal(hashToken('abc'), expected.toString('base64url'));
});

test('hashes of any length are compared in full', () => {
  assert.equal(sameHash('abc', 'abc'), true);
  assert.equal(sameHash('abc', 'abd'), false);
  assert.equal(sameHash('abc', 'abcd'), false);
  assert.equal(sameHash('', 'a'), false);
  assert.equal(sameBytes(Buffer.from([1, 2]), new Uint8Array([1, 2])), true);
});

// Threat: two secrets have bytes in common because both were taken from the same part of the pool.
test('bytes of the system generator have the requested length, are never repeated and never wiped afterwards', () => {
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

test('results of the system generator do not overlap by a single byte', () => {
  let touching = 0;
  let wiped = 0;
  let last = systemRandom(16);
  for (let round = 0; round < 5000; round += 1) {
    const next = systemRandom(16);
    if (last[15] === next[0]) touching += 1;
    // Used bytes are wiped from the pool, so a byte of an earlier result would be zero.
    if (next[0] === 0) wiped += 1;
    last = next;
  }
  // About twenty are expected by chance. A hundred would be eighteen standard deviations away.
  assert.ok(touching < 100, String(touching));
  assert.ok(wiped < 100, String(wiped));
});

test('the system generator returns memory that is not shared', () => {
  const one = systemRandom(16);
  const before = Buffer.from(one).toString('hex');
  for (let round = 0; round < 1000; round += 1) systemRandom(32).fill(0);
  assert.equal(Buffer.from(one).toString('hex'), before);
  assert.notEqual(before, '0'.repeat(32));
});

const START = Date.UTC(2026, 0, 1);

test('a row id has the characters and the length of a random id', () => {
  const id = newRowId(systemRandom, START);
  assert.match(id, /^[\w-]{22}$/);
  assert.equal(id.length, newId(systemRandom).length);
});

test('row ids sort as text in the order of their creation, also within a millisecond', () => {
  const times = [START, START, START + 1, START - 5000, START + 60_000, START + 86_400_000, Date.UTC(2300, 0, 1)];
  const ids = times.flatMap((time) => Array.from({ length: 100 }, () => newRowId(systemRandom, time)));
  assert.deepEqual(ids.toSorted(), ids);
});

test('100,000 row ids of one millisecond are all different, and so are their random parts', () => {
  const ids = Array.from({ length: 100_000 }, () => newRowId(systemRandom, START));
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(new Set(ids.map((id) => id.slice(-12))).size, ids.length);
});

test('a row id uses exactly 72 bits of its random source', () => {
  const drawn: number[] = [];
  const source = (bytes: number): Uint8Array => {
    drawn.push(bytes);
    return new Uint8Array(bytes).fill(255);
  };
  assert.ok(newRowId(source, START).endsWith('_'.repeat(12)));
  assert.deepEqual(drawn, [9]);
});

withDatabases('the database sorts row ids in the order of their creation, in any collation', async ({ database }) => {
  const ids = Array.from({ length: 300 }, (_, index) => newRowId(systemRandom, START + 7 * index));
  for (const id of ids.toReversed()) await addFlow(database, { id });
  const rows = await database.read.selectFrom('flows').select('id').orderBy('id').execute();
  assert.deepEqual(
    rows.map((row) => row.id),
    ids,
  );
});
