import assert from 'node:assert/strict';
import { at, linkFor, mails } from '../../flow/testing/links.ts';
import { World } from '../../flow/testing/world.ts';
import { newPasswordKey, passwordKey } from '../../locks/locks.ts';
import { prepareMail } from '../../mail/prepare.ts';
import { getAccount } from '../../store/accounts/accounts.ts';
import { countAttempt, getCounter } from '../../store/counters.ts';
import { type Fixture, withDatabases } from '../../store/testing/databases.ts';
import type { Actor } from '../request/roles.ts';

/*
 * Threats: after a change of a password or address, the session, link or code of a thief still works; the user is not
 * notified; the notice of a new address is sent only to the thief.
 */

const NEW = 'a lamp beside the canal';
const actor: Actor = { role: 'administrator', name: 'ria' };
const ada = { actor, reason: 'came to the office', organisation: 'clinic', account: 'ada' } as const;

async function clinic({ database, clock }: Fixture, email?: string) {
  const world = new World(database, clock);
  await world.organisation();
  return { world, user: await world.user(email === undefined ? {} : { email }) };
}

withDatabases(
  'R34 R31: setPassword ends all access, voids links and codes, lifts the hard cap, and notifies the user',
  async (fixture) => {
    const { world, user } = await clinic(fixture, 'ada@mail.example');
    const { database } = fixture;
    const thief = world.browser();
    await thief.login(user, true);
    const afterPassword = world.browser();
    await afterPassword.password(user);
    const link = await linkFor(world, user, 'reset');
    const started = await world.admin.resetPassword({ ...ada, by: 'code' });
    for (const key of [passwordKey('clinic', 'ada'), newPasswordKey(user.id)]) {
      for (let tried = 0; tried < 100; tried += 1) {
        const attempt = { key, now: world.clock(), softLimit: 1000, hardLimit: 100, wait: { first: 1, max: 1 } };
        await database.write((tx) => countAttempt(tx, attempt));
      }
    }
    const set = await world.admin.setPassword({ ...ada, password: NEW });
    assert.partialDeepStrictEqual(set, { id: user.id, sessions: 1, devices: 1 });
    assert.equal(await thief.sessionRow(), undefined);
    await assert.rejects(afterPassword.code(world.code(user)), { code: 'flow-expired' });
    await assert.rejects(world.browser().start('reset', [], link), { code: 'link-expired' });
    assert.ok(started.by === 'code');
    const late = await world.browser().start('reset', [
      { step: 'organisation', organisation: 'clinic' },
      { step: 'identify', username: 'ada', code: started.code },
    ]);
    assert.equal(late.refusal?.code, 'wrong-code');
    assert.equal((await getCounter(database.read, newPasswordKey(user.id)))?.hard, 0);
    assert.equal((await world.browser().password(user)).refusal?.code, 'wrong-credentials');
    world.clock.advance(30_000);
    at(await world.browser().login({ ...user, password: NEW }), 'done');
    const notices = (await mails(world, user.id)).map(({ template }) => template);
    assert.ok(notices.includes('password-changed'));
    const audit = await database.read
      .selectFrom('audit')
      .selectAll()
      .where('event', '=', 'admin-set-password')
      .execute();
    assert.equal(audit.length, 1);
    assert.ok(!JSON.stringify(audit).includes(NEW));
  },
);

withDatabases('D10: setPassword refuses a password that the user could not choose', async (fixture) => {
  const { world } = await clinic(fixture);
  const wrong: [unknown, RegExp][] = [
    ['short', /password: expected at least 15 characters/],
    ['passwordpassword', /common/],
    ['the lamp of ada lovelace'.replace('ada lovelace', 'the clinic'), /organisation's name/],
    ['', /expected a password/],
    [undefined, /expected a password/],
    [7, /expected a password/],
  ];
  for (const [password, message] of wrong) {
    const set = world.admin.setPassword({ ...ada, password: password as string });
    await assert.rejects(set, { code: 'bad-request', message }, String(password));
  }
});

withDatabases(
  'R31 R33: changeEmail voids existing links, and notifies the old and the new address',
  async (fixture) => {
    const { world, user } = await clinic(fixture, 'old@mail.example');
    const { database } = fixture;
    const letter = await world.admin.resetPassword({ ...ada, by: 'letter' });
    const link = await linkFor(world, user, 'reset');
    const [, token = ''] = /#mfa-reset=([\w-]{43})</.exec(letter.by === 'letter' ? letter.html : '') ?? [];
    const opened = world.browser();
    await opened.start('reset', [], link);
    assert.deepEqual(await world.admin.changeEmail({ ...ada, email: ' new@mail.example ' }), {
      id: user.id,
      changed: true,
    });
    assert.equal((await getAccount(database.read, 'clinic', user.id))?.email, 'new@mail.example');
    for (const dead of [link, token]) {
      await assert.rejects(world.browser().start('reset', [], dead), { code: 'link-expired' });
    }
    const { refusal } = await opened.submit({ step: 'new-password', password: NEW });
    assert.equal(refusal?.code, 'link-expired', 'a page that was already opened is refused too');
    const notices = (await mails(world, user.id)).filter(({ template }) => template === 'email-changed');
    const sent = await Promise.all(
      notices.map((row) =>
        prepareMail({ read: database.read, keyring: world.keyring, baseUrl: 'https://portal.example' }, row),
      ),
    );
    const to = sent.map((mail) => ('to' in mail ? mail.to : mail.not));
    assert.deepEqual(to.sort(), ['new@mail.example', 'old@mail.example']);
    assert.ok(
      sent.every((mail) => 'text' in mail && !/(old|new)@mail/.test(mail.text)),
      'no notice contains an address',
    );
    assert.deepEqual(await world.admin.changeEmail({ ...ada, email: 'new@mail.example' }), {
      id: user.id,
      changed: false,
    });
    await world.admin.changeEmail({ ...ada, email: null });
    assert.equal((await getAccount(database.read, 'clinic', user.id))?.email, null);
    for (const email of ['nope', '', 7, undefined]) {
      const change = world.admin.changeEmail({ ...ada, email: email as string });
      await assert.rejects(change, { code: 'bad-request', message: /^email: .*expected/ }, String(email));
    }
  },
);
