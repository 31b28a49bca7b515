import assert from 'node:assert/strict';
import type { Kind } from '@tweestap/protocol';
import { newToken, systemRandom } from '../crypto/tokens.ts';
import { pseudonymOf } from '../store/audit.ts';
import { voidLinks } from '../store/links.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { linkFor } from './testing/links.ts';
import { World } from './testing/world.ts';

/* Threat: a stranger tries tokens, or links of old emails, and the audit does not show it. */

const HOUR = 3_600_000;

withDatabases(
  'R81 an unusable link is recorded in the audit, with its account where that is known',
  async (fixture) => {
    const world = new World(fixture.database, fixture.clock);
    await world.organisation();
    const ada = await world.user({ email: 'ada@mail.example' });
    const pseudonym = await fixture.database.write((tx) => pseudonymOf(tx, ada.id, () => 'ada'));
    let addresses = 0;
    const refused = async (kind: Kind, link: string, code: string): Promise<unknown> => {
      const browser = world.browser();
      // Repetitions from one address within an hour are counted in one row (R93), so each request has another address.
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
      assert.ok(!JSON.stringify(row).includes(link), 'R59 the event contains the token');
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
    const user = world.browser();
    await user.start('reset', [], newer);
    await user.submit({ step: 'new-password', password: 'a lamp beside the canal' });
    assert.deepEqual(await refused('reset', newer, 'link-expired'), known('reset', 'used'));
    const late = await linkFor(world, ada, 'unlock');
    world.clock.advance(HOUR);
    assert.deepEqual(await refused('unlock', late, 'link-expired'), known('unlock', 'expired'));
    const invitation = await linkFor(world, ada, 'activate');
    assert.deepEqual(await refused('activate', invitation, 'link-expired'), known('activate', 'account'));
  },
);

withDatabases('R81 a link that is voided during its flow is recorded in the audit too', async (fixture) => {
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
