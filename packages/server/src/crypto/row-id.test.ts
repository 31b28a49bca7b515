import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabases } from '../store/testing/databases.ts';
import { addFlow } from '../store/testing/rows.ts';
import { newRowId } from './row-id.ts';
import { newId, systemRandom } from './tokens.ts';

const START = Date.UTC(2026, 0, 1);

test('a row id has the characters and the length of a random id', () => {
  const id = newRowId(systemRandom, START);
  assert.match(id, /^[\w-]{22}$/);
  assert.equal(id.length, newId(systemRandom).length);
});

test('row ids sort as text in the order in which they were made, also within a millisecond', () => {
  const times = [START, START, START + 1, START - 5000, START + 60_000, START + 86_400_000, Date.UTC(2300, 0, 1)];
  const ids = times.flatMap((time) => Array.from({ length: 100 }, () => newRowId(systemRandom, time)));
  assert.deepEqual(ids.toSorted(), ids);
});

test('no two of 100,000 row ids of one millisecond are equal, nor are their random parts', () => {
  const ids = Array.from({ length: 100_000 }, () => newRowId(systemRandom, START));
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(new Set(ids.map((id) => id.slice(-12))).size, ids.length);
});

test('a row id has 72 bits of its random source and no other bits of it', () => {
  const drawn: number[] = [];
  const source = (bytes: number): Uint8Array => {
    drawn.push(bytes);
    return new Uint8Array(bytes).fill(255);
  };
  assert.ok(newRowId(source, START).endsWith('_'.repeat(12)));
  assert.deepEqual(drawn, [9]);
});

withDatabases('the database sorts row ids as they were made, whatever its collation', async ({ database }) => {
  const ids = Array.from({ length: 300 }, (_, index) => newRowId(systemRandom, START + 7 * index));
  for (const id of ids.toReversed()) await addFlow(database, { id });
  const rows = await database.read.selectFrom('flows').select('id').orderBy('id').execute();
  assert.deepEqual(
    rows.map((row) => row.id),
    ids,
  );
});
