import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaks, type Place } from './secret-search.ts';
import type { Secret } from './secrets.ts';

/* Threat: the search for secrets after the end-to-end run misses a leak. */

const secrets: readonly Secret[] = [
  { kind: 'password', value: 'lange zin voor "abc"' },
  { kind: 'totp-secret', value: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
  { kind: 'recovery-code', value: 'ABCD-EFGH-JKMN' },
  { kind: 'token', value: 'T'.repeat(43) },
  { kind: 'link', value: 'L'.repeat(43) },
  { kind: 'code', value: '123456' },
];
const found = (content: string, name: Place['name']) => leaks(secrets, [{ name, content }]);

test('R25 R59: the search finds a planted secret of each kind, in each encoding', () => {
  const bytes = Buffer.from('48656c6c6f21deadbeef48656c6c6f21deadbeef', 'hex');
  const planted = [
    '{"password":"lange zin voor \\"abc\\""}',
    'xxJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPxx',
    ...['hex', 'base64', 'latin1'].map((name) => `x${bytes.toString(name as BufferEncoding)}`),
    'ABCDEFGHJKMN',
    `mfa-session=${'T'.repeat(43)};`,
    `#mfa-reset=${'L'.repeat(43)}`,
  ];
  for (const content of planted) assert.equal(found(content, 'database').length, 1, content);
  assert.equal(found('code 123456 was wrong', 'log').length, 1);
  assert.doesNotMatch(found(planted.join('\n'), 'log').join('\n'), /lange zin voor|TTTT|LLLL|EFGH/);
});

test('R25 R59: a link in its own email and six digits within a number are not leaks', () => {
  assert.deepEqual(found(`https://portal.example/#mfa-reset=${'L'.repeat(43)}`, 'mail'), []);
  assert.deepEqual(found('at 1764345612345678 id a-123456-b 1123456', 'log'), []);
  assert.deepEqual(found('nothing at all', 'problems'), []);
});
