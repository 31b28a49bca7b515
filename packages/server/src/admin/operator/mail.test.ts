/* Threats: a help desk that reads the email of users, or resends the email of another organisation. */
import assert from 'node:assert/strict';
import { startMailServer } from '../../mail/testing/mail-server.ts';
import { leave, look, rowOf, send } from '../../mail/testing/outbox.ts';
import { smtpTo } from '../../mail/testing/smtp-to.ts';
import { withDatabases } from '../../store/testing/databases.ts';
import { AdminError } from '../request/admin-error.ts';
import { DESK, openDesk } from '../testing/desk.ts';

withDatabases('a dead letter is listed without its content, made due again, and then sent', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const anna = { ...DESK, organisation: 'clinic', username: 'anna', email: 'anna@wrong.example' };
  const { id: annaId } = await admin.addUser(anna);
  const link = 'https://portal.example/account#mfa-reset=tokentoken';
  const mail = await leave(fixture, annaId, { template: 'reset', link });
  const server = await startMailServer();
  server.behave({ at: 'rcpt', code: 550 });
  const { sender } = await send(fixture, smtpTo(server.address));
  const { mails } = await admin.listMail({ ...DESK, organisation: 'clinic' });
  const [listed] = mails;
  assert.deepEqual(
    [mails.length, listed?.id, listed?.username, listed?.attempts, listed?.lastError],
    [1, mail, 'anna', 1, 'smtp-550'],
  );
  assert.doesNotMatch(JSON.stringify(mails), /token|wrong\.example/);
  assert.deepEqual(await admin.resendMail({ ...DESK, organisation: 'clinic', mail }), { mails: 1 });
  assert.deepEqual((await admin.listMail({ ...DESK, organisation: 'clinic' })).mails, []);
  assert.equal((await rowOf(fixture.database, mail)).attempts, 0);
  await fixture.database.write((tx) => tx.updateTable('accounts').set({ email: 'anna@clinic.example' }).execute());
  await look(sender);
  assert.deepEqual(
    server.received.map(({ to, messageId }) => [to, messageId]),
    [['anna@clinic.example', `<${mail}@portal.example>`]],
    'sent to the current address, with the same id',
  );
  const audit = await fixture.database.read.selectFrom('audit').select(['event', 'detail']).orderBy('seq').execute();
  assert.deepEqual(
    audit.slice(1).map(({ event }) => event),
    ['admin-list-mail', 'admin-resend-mail', 'admin-list-mail'],
  );
  assert.match(audit[2]?.detail ?? '', /desk-7/);
  await sender.stop();
  await server.close();
});

withDatabases(
  'R83: dead letters of another organisation are not reachable, and due or sent email is not resent',
  async (fixture) => {
    const { admin } = await openDesk(fixture);
    const { id } = await admin.addUser({
      ...DESK,
      organisation: 'clinic',
      username: 'anna',
      email: 'a@clinic.example',
    });
    const dead = await leave(fixture, id);
    const sent = await leave(fixture, id);
    await leave(fixture, id);
    const to = (state: 'dead' | 'sent', mail: string) =>
      fixture.database.write((tx) => tx.updateTable('outbox').set({ state }).where('id', '=', mail).execute());
    await to('dead', dead);
    await to('sent', sent);
    assert.deepEqual((await admin.listMail({ ...DESK, organisation: 'school' })).mails, []);
    for (const mail of [dead, sent, 'of-nobody']) {
      const other = admin.resendMail({ ...DESK, organisation: mail === dead ? 'school' : 'clinic', mail });
      await assert.rejects(other, (error) => error instanceof AdminError && error.code === 'not-possible');
    }
    assert.deepEqual(await admin.resendMail({ ...DESK, organisation: 'school' }), { mails: 0 });
    assert.deepEqual(await admin.resendMail({ ...DESK, organisation: 'clinic' }), { mails: 1 });
    const states = await fixture.database.read.selectFrom('outbox').select('state').orderBy('state').execute();
    assert.deepEqual(
      states.map(({ state }) => state),
      ['due', 'due', 'sent'],
    );
  },
);
