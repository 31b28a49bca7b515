import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditRow } from '../store/schema.ts';
import { entryHash, GENESIS } from './chain.ts';

/* Threat: a column that the chain does not cover is changed by someone with access to the tables, and nothing shows it. */

const row: AuditRow = {
  seq: 1,
  id: 'id',
  at: 2,
  organisation_id: 'clinic',
  pseudonym: 'pseudonym',
  event: 'login',
  result: 'ok',
  method: 'totp',
  address: '192.0.2.1',
  flow_id: 'flow',
  correlation_id: 'correlation',
  detail: '{}',
  chain_index: null,
  previous_hash: null,
  hash: null,
};
/** Written when the entry is sealed: they are what the chain consists of. */
const OF_THE_CHAIN = ['chain_index', 'previous_hash', 'hash'];

test('R81: the hash of an entry covers each of its columns, its place and the entry before', () => {
  const hash = entryHash(row, 1, GENESIS);
  for (const column of Object.keys(row).filter((name) => !OF_THE_CHAIN.includes(name))) {
    assert.notEqual(entryHash({ ...row, [column]: 'changed' }, 1, GENESIS), hash, column);
  }
  assert.notEqual(entryHash(row, 2, GENESIS), hash, 'its place');
  assert.notEqual(entryHash(row, 1, 'another'), hash, 'the entry before');
  assert.equal(entryHash({ ...row }, 1, GENESIS), hash);
});
