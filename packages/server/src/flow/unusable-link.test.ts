import assert from 'node:assert/strict';
import type { Kind } from '@tweestap/protocol';
import { newToken, systemRandom } from '../crypto/tokens.ts';
import { pseudonymOf } from '../store/audit.ts';
import { voidLinks } from '../store/links.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { linkFor } from './testing/links.ts';
import { World } from './testing/world.ts';

/* Threat: a stranger tries tokens, or the links of old mails, and leaves no trace. */

const HOUR = 3_600_000;

withDatabases(
  'R81: a link that is not usable leaves an audit event, with its account where that is known',
  async (fixture) => {
    const world = new World(fixture.database, fixture.clock);
    await world.organisation();
    const ada = await world.user({ email: 'ada@mail.example' });
    const pseudonym = await fixture.database.write((tx) => pseudonymOf(tx, ada.id, () => 'ada'));
    let addresses = 0;
    const refused = async (kind: Kind, link: string, code: string): Promise<unknown> => {
      const browser = world.browser();
      // Of one address, repetitions within an hour are counted and not listed (R93).
      addresses += 1;
      browser.address = `192.0.2.${addresses}`;
      await assert.rejects(browser.start(kind, [], link), { code });
      const [row] = await fixture.database.read
        .selectFrom('audit')
        .selectAll()
        .orderBy('seq', 'desc')
        .limit(1)
        .execute();
      assert.ok(row);
      assert.deepEqual(
        [row.event, row.result, row.address, row.correlation_id],
        ['link', code, browser.address, 'test'],
      );
      assert.ok(!JSON.stringify(row).includes(link), 'R59: the token is not in it');
      return [row.organisation_id, row.pseudonym, JSON.parse(row.detail ?? '')];
    };
    const reset = await linkFor(world, ada, 'reset');
    assert.deepEqual(await refused('reset', newToken(systemRandom), 'no-such-link'), [
      null,
      null,
      { kind: 'reset', why: 'unknown' },
    ]);
    const known = (kind: Kind, why: string) => ['clinic', pseudonym, { kind, why }];
    for (const kind of ['unlock', 'login', 'recover'] as const) {
      assert.deepEqual(await refused(kind, reset, 'no-such-link'), known(kind, 'other-purpose'));
    }
    const newer = await linkFor(world, ada, 'reset');
    assert.deepEqual(await refused('reset', reset, 'link-expired'), known('reset', 'voided'));
    const owner = world.browser();
    await owner.start('reset', [], newer);
    await owner.submit({ step: 'new-password', password: 'a lamp beside the canal' });
    assert.deepEqual(await refused('reset', newer, 'link-expired'), known('reset', 'used'));
    const late = await linkFor(world, ada, 'unlock');
    world.clock.advance(HOUR);
    assert.deepEqual(await refused('unlock', late, 'link-expired'), known('unlock', 'expired'));
    const invitation = await linkFor(world, ada, 'activate');
    assert.deepEqual(await refused('activate', invitation, 'link-expired'), known('activate', 'account'));
  },
);

withDatabases('R81: a link that is voided while its flow runs leaves an audit event too', async (fixture) => {
  const world = new World(fixture.database, fixture.clock);
  await world.organisation();
  const ada = await world.user({ email: 'ada@mail.example' });
  const browser = world.browser();
  await browser.start('unlock', [], await linkFor(world, ada, 'unlock'));
  await fixture.database.write((tx) => voidLinks(tx, ada.id, world.clock()));
  const { refusal } = await browser.submit({ step: 'locked', action: 'unlock', way: 'mail' });
  assert.equal(refusal?.code, 'link-expired');
  const rows = await fixture.database.read.selectFrom('audit').select(['event', 'result', 'pseudonym']).execute();
  assert.deepEqual(
    rows.map(({ event, result, pseudonym }) => [event, result, pseudonym !== null]),
    [['link', 'link-expired', true]],
  );
});
