import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditRow } from '../store/schema.ts';
import { entryHash, GENESIS } from './chain.ts';

/* Threat: an attacker with access to the tables changes a column that the chain does not cover, and this is not detected. */

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
/** The columns of the chain itself, which are written when the entry is sealed. */
const CHAIN_COLUMNS = ['chain_index', 'previous_hash', 'hash'];

test('R81: the hash of an entry covers each of its columns, its place and the previous entry', () => {
  const hash = entryHash(row, 1, GENESIS);
  for (const column of Object.keys(row).filter((name) => !CHAIN_COLUMNS.includes(name))) {
    assert.notEqual(entryHash({ ...row, [column]: 'changed' }, 1, GENESIS), hash, column);
  }
  assert.notEqual(entryHash(row, 2, GENESIS), hash, 'its place');
  assert.notEqual(entryHash(row, 1, 'another'), hash, 'the previous entry');
  assert.equal(entryHash({ ...row }, 1, GENESIS), hash);
});
