import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKeyring } from '../../crypto/keyring.ts';
import { systemRandom } from '../../crypto/tokens.ts';
import { hashSentCode, isLiveChallenge, isSentCode, newSentCode, resendWait, SENT_CODE_LIFETIME_MS } from './code.ts';

/* Threat: some codes are more likely than others, or a dump of the database reveals the codes that are valid now. */

const bytes = (number: number): Uint8Array => {
  const made = Buffer.alloc(4);
  made.writeUInt32BE(number);
  return made;
};

test('R19 a code has six digits, and a number that would make low codes more likely is drawn again', () => {
  assert.equal(
    newSentCode(() => bytes(7)),
    '000007',
  );
  assert.equal(
    newSentCode(() => bytes(1_234_567)),
    '234567',
  );
  const drawn = [4_294_967_295, 4_294_000_000, 4_293_999_999];
  assert.equal(
    newSentCode(() => bytes(drawn.shift() ?? 0)),
    '999999',
  );
  assert.deepEqual(drawn, [], 'both numbers outside the multiple of a million are drawn again');
  for (let count = 0; count < 100; count += 1) assert.match(newSentCode(systemRandom), /^[0-9]{6}$/);
});

const keyOf = (fill: number, id = 'a') => `${id}:${Buffer.alloc(32, fill).toString('base64')}`;
const bound = { id: 'c', flow_id: 'f', account_id: 'a', method: 'sms' } as const;
const row = {
  ...bound,
  ...{ organisation_id: 'clinic', destination_hash: '', code_hash: '', created_at: 1000, expires_at: 2000 },
  ...{ sent_count: 1, last_sent_at: 1000, voided_at: null, spent_at: null },
};

test('R59 the stored hash of a code needs the key, and matches only its own challenge, flow, account and step', () => {
  const keyring = parseKeyring(keyOf(1));
  const code_hash = hashSentCode('123456', bound, keyring);
  assert.ok(!code_hash.includes('123456'));
  assert.ok(isSentCode('123456', { ...row, code_hash }, keyring));
  assert.ok(!isSentCode('123457', { ...row, code_hash }, keyring));
  for (const change of [{ id: 'd' }, { flow_id: 'g' }, { account_id: 'b' }, { method: 'enroll-sms' as const }]) {
    assert.ok(!isSentCode('123456', { ...row, code_hash, ...change }, keyring), JSON.stringify(change));
  }
  assert.ok(!isSentCode('123456', { ...row, code_hash }, parseKeyring(keyOf(2))), 'another key');
  const rotated = parseKeyring(`${keyOf(2, 'new')},${keyOf(1)}`);
  assert.ok(isSentCode('123456', { ...row, code_hash }, rotated), 'an older key of the ring');
});

test('R19 a code is live for ten minutes at most, until it is spent or voided, and not after the clock was set back', () => {
  assert.equal(SENT_CODE_LIFETIME_MS, 600_000);
  assert.deepEqual(
    [999, 1000, 1999, 2000].map((now) => isLiveChallenge(row, now)),
    [false, true, true, false],
  );
  assert.ok(!isLiveChallenge({ ...row, voided_at: 1500 }, 1600));
  assert.ok(!isLiveChallenge({ ...row, spent_at: 1500 }, 1600));
});

test('the wait until another code doubles, up to the life of a code', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 20].map((sent) => resendWait(sent) / 1000),
    [30, 60, 120, 240, 480, 600, 600],
  );
});
