import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { firstRow, prepared } from './prepared.ts';
import { withEachDatabase } from './testing/databases.ts';

interface Row {
  key: string;
  soft: number;
  at: number | null;
  same: number;
}

withEachDatabase(
  'a prepared query takes whole values and their members, and undefined as null',
  async ({ database }) => {
    const query = prepared(
      (_db, key: string, { soft, at }: { soft: number; at?: number }) => sql<Row>`
      select cast(${key} as text) as key, cast(${soft} as bigint) as soft, cast(${at} as bigint) as at,
        cast(${7} as bigint) as same`,
      firstRow,
    );
    assert.deepEqual(await query(database.read, 'a', { soft: 1 }), { key: 'a', soft: 1, at: null, same: 7 });
    assert.deepEqual(await query(database.read, 'b', { soft: 2, at: 3 }), { key: 'b', soft: 2, at: 3, same: 7 });
  },
);

withEachDatabase('the result of a prepared query is converted with the values of its own run', async ({ database }) => {
  const query = prepared(
    (_db, value: number, _times: number) => sql<{ value: number }>`select cast(${value} as bigint) as value`,
    ({ rows: [row] }, _value, times) => (row?.value ?? 0) * times,
  );
  assert.deepEqual(await Promise.all([query(database.read, 2, 3), query(database.read, 5, 7)]), [6, 35]);
});
