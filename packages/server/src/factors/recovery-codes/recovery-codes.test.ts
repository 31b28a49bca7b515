// Threat: an attacker guesses recovery codes offline from a dump, guesses all six online with one attempt, or moves codes of
// their own account to another account.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPasswordHasher } from '../../accounts/password-hasher.ts';
import { systemRandom } from '../../crypto/tokens.ts';
import {
  newRecoveryCode,
  newRecoveryCodes,
  normaliseRecoveryCode,
  type RecoveryCodeSet,
  verifyRecoveryCode,
} from './recovery-codes.ts';

const hasher = createPasswordHasher({ parameters: { memory: 64, passes: 1, lanes: 1 } });
const accountId = 'account-1';

const make = () => newRecoveryCodes({ random: systemRandom, accountId, hasher });
const stored = ({ salt, hashes }: RecoveryCodeSet, spent: readonly number[] = []) => ({
  accountId,
  salt,
  candidates: hashes.map((hash, index) => ({ id: `code-${index}`, hash, spentAt: spent.includes(index) ? 1 : null })),
});

test('R30 a set has six different codes of the form XXXX-XXXX-XXXX, with 60 bits each', async () => {
  const { codes, hashes } = await make();
  assert.equal(new Set(codes).size, 6);
  assert.equal(new Set(hashes).size, 6);
  for (const code of codes) assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
});

test('R30 all symbols of the alphabet are equally likely', () => {
  const counts = new Map<string, number>();
  for (let byte = 0; byte < 256; byte += 1) {
    const [symbol = ''] = newRecoveryCode((length) => new Uint8Array(length).fill(byte));
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  assert.equal(counts.size, 32);
  assert.deepEqual([...new Set(counts.values())], [8]);
});

test('R30 each code matches its own row, and the other five are unaffected', async () => {
  const set = await make();
  for (const [index, code] of set.codes.entries()) {
    assert.deepEqual(await verifyRecoveryCode(code, stored(set, [(index + 1) % 6]), hasher), {
      outcome: 'matched',
      id: `code-${index}`,
    });
    assert.deepEqual(await verifyRecoveryCode(code, stored(set, [index]), hasher), { outcome: 'spent' });
  }
});

test('R30 a guess costs one hash, not six, and text that cannot be a code costs none', async () => {
  const set = await make();
  let hashes = 0;
  const counting = {
    parameters: hasher.parameters,
    raw: (...args: Parameters<typeof hasher.raw>) => {
      hashes += 1;
      return hasher.raw(...args);
    },
  };
  await verifyRecoveryCode('0000-0000-0000', stored(set), counting);
  assert.equal(hashes, 1);
  for (const text of ['', '000-000', null, 12, {}, '0000-0000-000!']) {
    assert.deepEqual(await verifyRecoveryCode(text, stored(set), counting), { outcome: 'wrong' });
  }
  assert.equal(hashes, 1);
});

test('R54 without a set a guess costs one hash too', async () => {
  const runs: unknown[] = [];
  const counting = {
    parameters: hasher.parameters,
    raw: (...args: Parameters<typeof hasher.raw>) => {
      runs.push(args[2]);
      return hasher.raw(...args);
    },
  };
  assert.deepEqual(await verifyRecoveryCode('0000-0000-0000', undefined, counting), { outcome: 'wrong' });
  await verifyRecoveryCode('0000-0000-0000', stored(await make()), counting);
  assert.deepEqual(runs, [hasher.parameters, hasher.parameters]);
});

test('R30 a code is bound to its account, so a row moved to another account matches nothing', async () => {
  const set = await make();
  const moved = { ...stored(set), accountId: 'account-2' };
  assert.deepEqual(await verifyRecoveryCode(set.codes[0], moved, hasher), { outcome: 'wrong' });
});

test('R30 codes are stored as argon2id hashes with one salt, which includes the parameters', async () => {
  const set = await make();
  assert.match(set.salt, /^m=64,t=1,p=1\$[\w-]{22}$/);
  assert.notEqual((await make()).salt, set.salt);
  const stronger = createPasswordHasher({ parameters: { memory: 128, passes: 2, lanes: 1 } });
  assert.equal((await verifyRecoveryCode(set.codes[3], stored(set), stronger)).outcome, 'matched');
  for (const hash of set.hashes) assert.match(hash, /^[\w-]{43}$/);
});

test('R30 a code that is not in the set is wrong', async () => {
  const set = await make();
  assert.deepEqual(await verifyRecoveryCode(newRecoveryCode(systemRandom), stored(set), hasher), { outcome: 'wrong' });
  assert.deepEqual(await verifyRecoveryCode(set.codes[0], { ...stored(set), candidates: [] }, hasher), {
    outcome: 'wrong',
  });
});

test('R35 case, spaces, hyphens and look-alikes do not matter', () => {
  const spellings = [
    '0A1B-2C3D-4V5F',
    '0a1b2c3d4v5f',
    ' 0A1B 2C3D 4V5F ',
    'oAlB–2c3d—4u5f',
    'OaIb2C3d4v5F',
    '0A1B_2C3D.4V5F',
  ];
  for (const text of [...spellings, '0a1b\u00a02c3d\u20114v5f']) {
    assert.equal(normaliseRecoveryCode(text), '0A1B-2C3D-4V5F', text);
  }
  for (const text of [
    '',
    '0A1B-2C3D-4V5',
    '0A1B-2C3D-4V5FF',
    '0A1B-2C3D-4V5!',
    '０A1B-2C3D-4V5F',
    `${' '.repeat(99)}0A1B2C3D4V5F`,
  ]) {
    assert.equal(normaliseRecoveryCode(text), null, text);
  }
});

test('R35 a new code is recognised in any case and with any separators', () => {
  const byte = fc.uint8Array({ minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(byte, fc.boolean(), fc.constantFrom('', ' ', '-', ' - '), (bytes, lower, separator) => {
      const code = newRecoveryCode(() => bytes);
      const copied = code.replaceAll('-', separator);
      assert.equal(normaliseRecoveryCode(lower ? copied.toLowerCase() : copied), code);
    }),
  );
});
