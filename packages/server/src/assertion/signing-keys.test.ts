/*
 * Threat: a stolen key signs assertions for years; a key that is exchanged at once refuses the users of portals that still have
 * the old one (R74).
 */
import assert from 'node:assert/strict';
import { parseKeyring } from '../crypto/keyring.ts';
import { systemRandom } from '../crypto/tokens.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { assertionSigner, publishedKeys } from './sign-assertion.ts';
import { rotateSigningKeys } from './signing-keys.ts';
import { createAssertionVerifier } from './verifier.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const keyring = parseKeyring(`test:${Buffer.alloc(32, 7).toString('base64')}`);
const ISSUER = 'https://login.example';
const AUDIENCE = 'https://portal.example';
const NONCE = 'nonce-of-this-session';

const parts = ({ database }: Fixture) => {
  const deps = { database, keyring };
  const sign = assertionSigner({ ...deps, issuer: ISSUER, random: systemRandom });
  const account = { id: 'account', external_id: null, organisation_id: 'clinic', username: 'ada' };
  const assurance = { amr: ['pwd' as const], acr: 'aal1' as const, factorTime: null, recovery: false };
  return {
    deps,
    signAt: (now: number) => sign({ audience: AUDIENCE, nonce: NONCE, account, assurance, now }),
    async kids(): Promise<string[]> {
      return (await publishedKeys(deps)).keys.map((key) => (key as { kid: string }).kid);
    },
  };
};
const kidOf = (assertion: string): string =>
  JSON.parse(Buffer.from(assertion.split('.')[0] ?? '', 'base64url').toString()).kid;

withDatabases(
  'R74 a new key is published a day before it signs, and the old one until its assertions expired',
  async (fixture) => {
    const { deps, signAt, kids } = parts(fixture);
    const start = fixture.clock();
    await rotateSigningKeys(deps, start);
    const [first = ''] = await kids();
    let known = await kids();
    const seen = new Set<string>();
    // Half-hours around the days on which keys are added, used for the first time, and deleted.
    const isEventful = (now: number): boolean => ((now - start) / DAY) % 30 > 28.5;
    const next = (now: number): number =>
      now + (isEventful(now) || (now - start) % (30 * DAY) < DAY / 8 ? HOUR / 2 : 6 * HOUR);
    for (let now = start; now < start + 70 * DAY; now = next(now)) {
      const before = kidOf(await signAt(Math.max(start, now - 120_000)));
      await rotateSigningKeys(deps, now);
      // A portal caches the keys for a day. Its copy has every key that signs until it fetches them again.
      if ((now - start) % DAY === 12 * HOUR) known = await kids();
      const assertion = await signAt(now);
      seen.add(kidOf(assertion));
      assert.ok(known.includes(kidOf(assertion)), `at day ${(now - start) / DAY}`);
      // An assertion that is about to expire is still verifiable.
      assert.ok((await kids()).includes(before), `the last one at day ${(now - start) / DAY}`);
      assert.ok((await kids()).length <= 2);
    }
    assert.equal(seen.size, 3);
    assert.ok(!(await kids()).includes(first));
  },
);

withEachDatabase('R74 several instances add one key, and sign with the same one', async (fixture) => {
  const second = { ...fixture, database: await fixture.openAnother() };
  const both = [parts(fixture), parts(second)];
  const now = fixture.clock();
  for (const at of [now, now + 29 * DAY, now + 30 * DAY, now + 60 * DAY]) {
    await Promise.all([...both, ...both].map(({ deps }) => rotateSigningKeys(deps, at)));
    const [one, two] = await Promise.all(both.map(({ signAt }) => signAt(at)));
    assert.equal(kidOf(one ?? ''), kidOf(two ?? ''));
  }
  assert.ok((await both[0]?.kids())?.length === 2);
});

withDatabases(
  'R74 a server that was off for a year signs with its old key until the new one is published',
  async (fixture) => {
    const { deps, signAt, kids } = parts(fixture);
    const now = fixture.clock();
    await rotateSigningKeys(deps, now);
    const [old] = await kids();
    const later = now + 365 * DAY;
    await rotateSigningKeys(deps, later);
    assert.equal(kidOf(await signAt(later)), old);
    assert.equal((await kids()).length, 2);
    assert.notEqual(kidOf(await signAt(later + DAY)), old);
  },
);

withDatabases(
  'R74 an assertion verifies with the published keys, and its key is sealed in the database',
  async (fixture) => {
    const { deps, signAt } = parts(fixture);
    const now = fixture.clock();
    const assertion = await signAt(now);
    const jwks = (await publishedKeys(deps)) as { keys: { kid: string }[] };
    assert.deepEqual(Object.keys(jwks.keys[0] ?? {}).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    const verifier = createAssertionVerifier({
      ...{ issuer: ISSUER, audience: AUDIENCE, jwks: jwks as never, clock: () => now },
      seen: async () => false,
    });
    assert.equal((await verifier.verify(assertion, { nonce: NONCE })).sub, 'account');
    const [row] = await fixture.database.read.selectFrom('signing_keys').selectAll().execute();
    assert.match(row?.sealed ?? '', /^v1\.test\./);
    const moved = { ...row, id: 'other' } as NonNullable<typeof row>;
    await fixture.database.write(async (tx) => {
      await tx.updateTable('signing_keys').set({ id: moved.id }).execute();
    });
    await assert.rejects(signAt(now), /another row/);
  },
);
