import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashToken, systemRandom } from '../crypto/tokens.ts';
import { findLink } from '../store/links.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { type LinkOptions, makeLink, newLink } from './make-link.ts';

const HOUR = 3_600_000;
const options: LinkOptions = {
  ...{ purpose: 'reset', accountId: 'ada', organisation: { id: 'clinic', pages: {} } },
  ...{ baseUrl: 'https://portal.example', now: 1000, random: systemRandom },
};

const tokenOf = (url: string): string => url.split('=')[1] ?? '';

test('R31 a link has a token of 256 bits, and its row has only a hash of it', () => {
  const { made, row } = newLink(options);
  assert.match(made.url, /^https:\/\/portal\.example\/account#mfa-reset=[\w-]{43}$/);
  assert.equal(row.token_hash, hashToken(tokenOf(made.url)));
  assert.ok(!JSON.stringify(row).includes(tokenOf(made.url)));
  assert.notEqual(newLink(options).made.url, made.url);
});

test('R31 a link for a reset or an unlock is valid for one hour, for an activation or a registration for one day', () => {
  const lifetimes = (['reset', 'unlock', 'activate', 'register'] as const).map((purpose) => {
    const { made, row } = newLink({ ...options, purpose });
    assert.equal(made.expiresAt, row.expires_at);
    return (row.expires_at - options.now) / HOUR;
  });
  assert.deepEqual(lifetimes, [1, 1, 24, 24]);
});

test('R33 a link leads to the page of the organisation, if it has one for the purpose', () => {
  const organisation = { id: 'clinic', pages: { reset: 'https://clinic.example/new-password' } };
  assert.match(newLink({ ...options, organisation }).made.url, /^https:\/\/clinic\.example\/new-password#mfa-reset=/);
  const unlock = newLink({ ...options, organisation, purpose: 'unlock' }).made.url;
  assert.match(unlock, /^https:\/\/portal\.example\/account#mfa-unlock=/);
});

withDatabases('R31 a printed link voids only the older links of its purpose and account', async ({ database }) => {
  const make = async (more: Partial<LinkOptions> = {}) =>
    tokenOf((await database.write((tx) => makeLink(tx, { ...options, ...more }))).url);
  const older = await make();
  const others = [await make({ purpose: 'unlock' }), await make({ accountId: 'bob' })];
  const newest = await make({ now: 2000 });
  const voidedAt = async (token: string) => (await findLink(database.read, hashToken(token)))?.voided_at;
  assert.equal(await voidedAt(older), 2000);
  for (const token of [...others, newest]) assert.equal(await voidedAt(token), null);
});
