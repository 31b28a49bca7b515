import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { systemRandom } from '../../crypto/tokens.ts';
import { startOfStep, stepOf, totpCode } from './code.ts';
import { newTotpSecret } from './secret.ts';

const RFC_SECRET = Buffer.from('12345678901234567890', 'ascii');

test('R18 the ten HOTP values of RFC 4226 appendix D pass', () => {
  const values = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ');
  for (const [count, value] of values.entries()) assert.equal(totpCode(RFC_SECRET, count), value);
});

test('R18 the SHA-1 vectors of RFC 6238 appendix B pass, with eight digits and with their last six', () => {
  const vectors: [number, string][] = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ];
  for (const [seconds, value] of vectors) {
    const step = stepOf(seconds * 1000);
    assert.equal(totpCode(RFC_SECRET, step, 8), value);
    assert.equal(totpCode(RFC_SECRET, step, 6), value.slice(2));
    assert.equal(totpCode(createSecretKey(RFC_SECRET), step, 8), value);
  }
});

test('R18 codes keep their leading zeros', () => {
  const step = stepOf(1_111_111_109_000);
  assert.equal(totpCode(RFC_SECRET, step, 8), '07081804');
});

test('time steps last 30 seconds and start at the epoch', () => {
  assert.equal(stepOf(0), 0);
  assert.equal(stepOf(29_999), 0);
  assert.equal(stepOf(30_000), 1);
  assert.equal(startOfStep(1), 30_000);
});

test('a counter above 32 bits uses the high word of its eight bytes (RFC 4226 §5.1)', () => {
  assert.notEqual(totpCode(RFC_SECRET, 2 ** 32 + 1), totpCode(RFC_SECRET, 1));
});

const oathtool = spawnSync('oathtool', ['--version']).status === 0;
if (oathtool) {
  test('R18 oathtool, an independent implementation, makes the same codes', () => {
    for (let round = 0; round < 10; round += 1) {
      const secret = newTotpSecret(systemRandom);
      const seconds = 1_700_000_000 + round * 7_919;
      const args = ['--totp', `--now=@${seconds}`, Buffer.from(secret).toString('hex')];
      assert.equal(
        totpCode(secret, stepOf(seconds * 1000)),
        execFileSync('oathtool', args, { encoding: 'utf8' }).trim(),
      );
    }
  });
}
