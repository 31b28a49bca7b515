import assert from 'node:assert/strict';
import { openLink } from '../../links/leave-mail.ts';
import { usableLink } from '../../links/make-link.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../../store/testing/databases.ts';
import { DESK, type Desk, openDesk } from '../testing/desk.ts';

/*
 * Threats: a second invitation voids the link that a user is about to follow; two helpers send two links at the same
 * time; a letter that was handed to the wrong user stays valid together with a newer link.
 */

const MINUTE = 60_000;
const jo = { ...DESK, organisation: 'clinic', account: 'jo' };

async function withJo(fixture: Fixture): Promise<Desk> {
  const desk = await openDesk(fixture);
  await desk.admin.addUser({ ...DESK, organisation: 'clinic', username: 'jo', email: 'jo@example.org' });
  return desk;
}

/** The time and the token of each email in the outbox, in the order of sending. */
async function mailsOf({ database }: Fixture, { keyring }: Desk): Promise<{ at: number; token: string }[]> {
  const rows = await database.read.selectFrom('outbox').selectAll().orderBy('send_after').execute();
  return rows.map(({ id, data, send_after }) => {
    const { link } = JSON.parse(data) as { link: string };
    return { at: send_after, token: openLink(keyring, id, link).split('=')[1] ?? '' };
  });
}

async function isUsable({ database, clock }: Fixture, token: string): Promise<boolean> {
  return (await usableLink(database.read, { token, purpose: 'activate', now: clock() })).found === 'usable';
}

withDatabases(
  'R31: another invitation within 15 minutes returns the same expiry and sends the same link',
  async (fixture) => {
    const desk = await withJo(fixture);
    const from = fixture.clock();
    const first = await desk.admin.invite(jo);
    fixture.clock.advance(5 * MINUTE);
    const again = await Promise.all(Array.from({ length: 10 }, () => desk.admin.invite(jo)));
    for (const invited of again) assert.deepEqual(invited, first);
    const sent = await mailsOf(fixture, desk);
    assert.deepEqual(
      sent.map(({ at }) => (at - from) / MINUTE),
      [0, 15],
    );
    assert.equal(sent[0]?.token, sent[1]?.token);
    const audit = await fixture.database.read.selectFrom('audit').select('event').execute();
    assert.equal(audit.filter(({ event }) => event === 'admin-invite').length, 11, 'R83: each invitation is recorded');
  },
);

withEachDatabase('R31: ten concurrent invitations create one link and one email', async (fixture) => {
  const desk = await withJo(fixture);
  const invited = await Promise.all(Array.from({ length: 10 }, () => desk.admin.invite(jo)));
  assert.equal(new Set(invited.map(({ expiresAt }) => expiresAt)).size, 1);
  const [mail, ...others] = await mailsOf(fixture, desk);
  assert.deepEqual(others, []);
  assert.equal(await isUsable(fixture, mail?.token ?? ''), true);
});

withDatabases('R31: a letter voids a recent invitation, and an invitation voids a recent letter', async (fixture) => {
  const desk = await withJo(fixture);
  const print = async () => {
    const { html } = await desk.admin.letter({ ...DESK, organisation: 'clinic', accounts: ['jo'] });
    return /#mfa-activate=([\w-]{43})/.exec(html)?.[1] ?? '';
  };
  await desk.admin.invite(jo);
  const [mail] = await mailsOf(fixture, desk);
  const letter = await print();
  assert.deepEqual([await isUsable(fixture, mail?.token ?? ''), await isUsable(fixture, letter)], [false, true]);
  const other = await print();
  assert.deepEqual([await isUsable(fixture, letter), await isUsable(fixture, other)], [false, true]);
  fixture.clock.advance(MINUTE);
  await desk.admin.invite(jo);
  const newest = (await mailsOf(fixture, desk)).at(-1);
  assert.deepEqual([await isUsable(fixture, other), await isUsable(fixture, newest?.token ?? '')], [false, true]);
});

withDatabases(
  'R31: another invitation within 15 minutes of an import with invitations sends the same link',
  async (fixture) => {
    const desk = await openDesk(fixture);
    await desk.admin.importUsers({
      ...DESK,
      csv: 'organisation,username,email\nclinic,jo,jo@example.org\nclinic,kim,kim@example.org',
      invite: true,
    });
    fixture.clock.advance(2 * MINUTE);
    await desk.admin.invite(jo);
    const sent = await mailsOf(fixture, desk);
    assert.equal(new Set(sent.map(({ token }) => token)).size, 2, 'one link for each user');
    assert.equal(sent.length, 3);
  },
);
