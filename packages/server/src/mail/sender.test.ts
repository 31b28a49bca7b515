/*
 * Threats: an email is lost because the mail server was down at the wrong moment; a duplicate can't be recognised; a link
 * stays readable after it was sent.
 */
import assert from 'node:assert/strict';
import { enqueue, wakeAfter } from '../store/outbox.ts';
import { MAX_ATTEMPTS } from './standing.ts';
import type { Behaviour, MailServer } from './testing/mail-server.ts';
import { leave, look, rowOf, withMail } from './testing/outbox.ts';
import { impatientTo, smtpTo } from './testing/smtp-to.ts';

const SECOND = 1000;
const LINK = 'https://portal.example/account#mfa-reset=tokentokentokentokentokentokentokentokento';

withMail('an email reaches the stored address as text and HTML, with its own Message-ID', async (world) => {
  const { anna, server, send } = world;
  const id = await leave(world, anna, { data: { to: 'thief@elsewhere.example' } });
  const { sender } = await send();
  const [mail] = server.received;
  assert.equal(server.received.length, 1);
  assert.equal(mail?.to, 'anna@clinic.example', 'R33: an email goes to the stored address, whatever the row contains');
  assert.equal(mail?.messageId, `<${id}@portal.example>`);
  assert.match(mail?.raw ?? '', /^From: Clinic <portal@clinic\.example>/m);
  assert.match(mail?.raw ?? '', /^Auto-Submitted: auto-generated/m);
  assert.match(mail?.raw ?? '', /Content-Type: text\/plain[\s\S]*Hello Anna Visser,[\s\S]*Content-Type: text\/html/);
  const row = await rowOf(world.database, id);
  assert.deepEqual([row.state, row.sent_at, row.claim], ['sent', world.clock(), null]);
  await look(sender);
  assert.equal(server.received.length, 1);
});

withMail('a mail server that is down gets the email once it is back, once, after growing waits', async (world) => {
  const { anna, send, startServer } = world;
  const id = await leave(world, anna);
  const gone = await startServer();
  await gone.close();
  const { sender } = await send({ transport: smtpTo(gone.address) });
  let row = await rowOf(world.database, id);
  assert.deepEqual([row.state, row.attempts, row.last_error], ['due', 1, 'connection']);
  for (const [attempts, wait] of [
    [1, 30 * SECOND],
    [2, 60 * SECOND],
    [3, 120 * SECOND],
  ] as const) {
    assert.equal(row.send_after, world.clock() + wait);
    world.clock.advance(wait - 1);
    await look(sender);
    assert.equal((await rowOf(world.database, id)).attempts, attempts, 'no attempt before it is due');
    world.clock.advance(1);
    await look(sender);
    row = await rowOf(world.database, id);
    assert.equal(row.attempts, attempts + 1);
  }
  const back = await startServer({ listenOn: gone.port });
  world.clock.advance(3600 * SECOND);
  await look(sender);
  assert.equal(back.received.length, 1);
});

const temporary: readonly [string, Behaviour, string][] = [
  ['refuses the recipient with 450', { at: 'rcpt', code: 450 }, 'smtp-450'],
  ['refuses the data with 451', { at: 'data', code: 451 }, 'smtp-451'],
  ['refuses the connection with 421', { at: 'connect', code: 421 }, 'smtp-421'],
  ['refuses the connection with 554, which is not about this email', { at: 'connect', code: 554 }, 'smtp-554'],
  ['requires a login first', { at: 'from', code: 530 }, 'smtp-530'],
  ['drops the connection in the middle of the data', 'drop-mid-data', 'connection'],
  ['drops the connection after the data, without a response', 'drop-after-data', 'connection'],
];
for (const [name, behaviour, reason] of temporary) {
  withMail(`a mail server that ${name} gets the same email again, with the same Message-ID`, async (world) => {
    const { anna, server, send } = world;
    const id = await leave(world, anna);
    server.behave(behaviour);
    const { sender } = await send();
    const row = await rowOf(world.database, id);
    assert.deepEqual([row.state, row.attempts, row.last_error, row.claim], ['due', 1, reason, null]);
    assert.equal(server.received.length, 0);
    world.clock.advance(30 * SECOND);
    await look(sender);
    assert.equal((await rowOf(world.database, id)).state, 'sent');
    assert.equal(server.received.length, 1);
    assert.deepEqual([...new Set(server.seen.map(({ messageId }) => messageId))], [`<${id}@portal.example>`]);
  });
}

withMail('an attempt at a mail server that stops responding times out, and the email is sent later', async (world) => {
  const { anna, server, send } = world;
  const id = await leave(world, anna);
  server.behave('silent');
  const { sender } = await send({ transport: impatientTo(server.address) });
  const row = await rowOf(world.database, id);
  assert.deepEqual([row.state, row.attempts, row.last_error], ['due', 1, 'timeout']);
  await sender.stop();
  world.clock.advance(30 * SECOND);
  await send();
  assert.equal((await rowOf(world.database, id)).state, 'sent');
  assert.equal(server.received.length, 1);
});

withMail('an email is sent to a slow mail server', async (world) => {
  const { anna, server, send } = world;
  const id = await leave(world, anna);
  server.behave({ delay: 200 });
  await send();
  assert.equal((await rowOf(world.database, id)).state, 'sent');
});

for (const at of ['from', 'rcpt', 'data'] as const) {
  withMail(
    `an email that is permanently refused at ${at} becomes a dead letter, and blocks no other`,
    async (world) => {
      const { anna, server, send } = world;
      const id = await leave(world, anna);
      server.behave({ at, code: 550, text: 'no such user: anna@clinic.example' });
      const { sender, lines } = await send();
      const row = await rowOf(world.database, id);
      assert.deepEqual([row.state, row.attempts, row.last_error], ['dead', 1, 'smtp-550']);
      assert.ok(!lines.join('\n').includes('anna'), "R25: the text of the mail server's response is not logged");
      await leave(world, anna);
      world.clock.advance(3600 * SECOND);
      await look(sender);
      assert.equal(server.received.length, 1, 'the next email is sent, the dead letter is not');
    },
  );
}

withMail('an email becomes a dead letter after the maximum number of attempts', async (world) => {
  const { anna, server, send } = world;
  const id = await leave(world, anna);
  await world.database.write((tx) =>
    tx
      .updateTable('outbox')
      .set({ attempts: MAX_ATTEMPTS - 2 })
      .execute(),
  );
  server.behave({ at: 'rcpt', code: 450 }, { at: 'rcpt', code: 450 });
  const { sender } = await send();
  assert.equal((await rowOf(world.database, id)).state, 'due');
  world.clock.advance(3600 * SECOND);
  await look(sender);
  const row = await rowOf(world.database, id);
  assert.deepEqual([row.state, row.last_error], ['dead', 'smtp-450']);
});

withMail('two instances send each of sixty emails once', async (world) => {
  const { anna, server, send } = world;
  for (let n = 0; n < 60; n += 1) await leave(world, anna);
  const another = await world.openAnother();
  await Promise.all([world.database, another].map((database) => send({ database })));
  assert.equal(server.seen.length, 60);
  assert.equal(new Set(server.seen.map(({ messageId }) => messageId)).size, 60);
});

withMail('a sender whose lease has expired cannot complete the email', async (world) => {
  const { anna, server, send } = world;
  const id = await leave(world, anna);
  const { promise: taken, resolve: take } = Promise.withResolvers<void>();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const stuck = {
    send() {
      take();
      return answered;
    },
    close() {},
  };
  const first = send({ transport: stuck });
  await taken;
  world.clock.advance(3600 * SECOND);
  server.behave({ at: 'rcpt', code: 550 });
  await send();
  assert.equal((await rowOf(world.database, id)).state, 'dead');
  answer();
  await first;
  assert.equal((await rowOf(world.database, id)).state, 'dead');
});

withMail('R59: a link is stored sealed while it waits, and is deleted after it was sent', async (world) => {
  const { anna, server, send } = world;
  const expiresAt = new Date(world.clock() + 3600 * SECOND).toISOString();
  const id = await leave(world, anna, { template: 'reset', link: LINK, data: { expiresAt } });
  assert.doesNotMatch((await rowOf(world.database, id)).data, /tokentoken/);
  const { lines } = await send();
  assert.match(unfolded(server), /#mfa-reset=(?:3D)?tokentoken/);
  const { data } = await rowOf(world.database, id);
  assert.deepEqual(JSON.parse(data), { expiresAt });
  assert.doesNotMatch(lines.join('\n'), /tokentoken/);
});

/** The received emails without the soft line breaks of quoted-printable (RFC 2045 §6.7). */
const unfolded = ({ received }: MailServer): string =>
  received.map(({ raw }) => raw.replace(/=\r?\n/g, '').replaceAll('=3D', '=')).join('\n');

withMail('a link that was sealed for another row is not sent', async (world) => {
  const { anna, server, send } = world;
  const first = await leave(world, anna, { template: 'reset', link: LINK });
  const second = await leave(world, anna, { template: 'reset', link: LINK });
  const { data } = await rowOf(world.database, first);
  await world.database.write((tx) => tx.updateTable('outbox').set({ data }).where('id', '=', second).execute());
  await send();
  const row = await rowOf(world.database, second);
  assert.deepEqual([row.state, row.last_error], ['dead', 'sealed']);
  assert.equal(server.received.length, 1);
});

withMail(
  'the reason why an email cannot be sent is stored: no address, an expired link, an unknown template',
  async (world) => {
    const { anna, server, send } = world;
    await world.database.write((tx) => tx.updateTable('accounts').set({ email: null }).execute());
    const withoutAddress = await leave(world, anna);
    const expiresAt = new Date(world.clock()).toISOString();
    const to = 'new@user.example';
    const late = await leave(world, null, { template: 'registration', link: LINK, data: { to, expiresAt } });
    const newer = await leave(world, null, { template: 'of-tomorrow', data: { to } });
    await send();
    const states = await Promise.all([withoutAddress, late, newer].map((id) => rowOf(world.database, id)));
    assert.deepEqual(
      states.map(({ state, last_error }) => [state, last_error]),
      [
        ['dead', 'no-address'],
        ['dead', 'link-expired'],
        ['due', 'unknown-template'],
      ],
    );
    assert.equal(server.seen.length, 0);
  },
);

withMail(
  'a registration is sent to the address that it is for; a decoy is not sent and leaves no trace',
  async (world) => {
    const { server, send } = world;
    await leave(world, null, { template: 'reset', link: LINK });
    const data = { to: 'new@user.example', expiresAt: new Date(world.clock() + SECOND).toISOString() };
    await leave(world, null, { template: 'registration', link: LINK, data });
    await send();
    assert.deepEqual(
      server.received.map(({ to }) => to),
      ['new@user.example'],
    );
    const rows = await world.database.read.selectFrom('outbox').select('template').execute();
    assert.deepEqual(rows, [{ template: 'registration' }]);
  },
);

withMail(
  'a sender is woken after a commit that adds a message, and not by a rollback',
  async ({ anna, database, clock }) => {
    const seen: number[] = [];
    const woken = wakeAfter(database, () => void seen.push(1));
    await woken.write((tx) => tx.updateTable('accounts').set({ name: 'A' }).execute());
    assert.equal(seen.length, 0);
    const row = {
      id: 'm',
      organisation_id: 'clinic',
      account_id: anna,
      channel: 'mail',
      template: 'unlocked',
    } as const;
    const message = { ...row, data: '{}', created_at: clock(), send_after: clock(), attempts: 0, sent_at: null };
    const undone = woken.write(async (tx) => {
      await enqueue(tx, message);
      throw new Error('undone');
    });
    await assert.rejects(undone, /undone/);
    assert.equal(seen.length, 0);
    await woken.write((tx) => enqueue(tx, message));
    assert.equal(seen.length, 1);
  },
);

withMail('a row that cannot be read does not block others, and is retried later', async (world) => {
  const { anna, server, send, database } = world;
  const broken = await leave(world, anna);
  await database.write((tx) => tx.updateTable('outbox').set({ data: '{' }).execute());
  await leave(world, anna);
  await send();
  assert.equal(server.received.length, 1);
  const { state, last_error, attempts, send_after } = await rowOf(database, broken);
  assert.deepEqual([state, last_error, attempts, send_after], ['due', 'error', 1, world.clock() + 30 * SECOND]);
});

withMail('a sender that is stopped finishes its running attempts and starts no new ones', async (world) => {
  const { anna, server, send, database, clock } = world;
  const { sender } = await send();
  for (let n = 0; n < 20; n += 1) await leave(world, anna);
  server.behave(...Array.from({ length: 4 }, (): Behaviour => ({ delay: 50 })));
  sender.wake();
  await sender.stop();
  const rows = await database.read.selectFrom('outbox').select(['state', 'claim', 'send_after']).execute();
  assert.equal(rows.filter(({ state }) => state === 'sent').length, server.received.length);
  assert.ok(server.received.length <= 4, `${server.received.length} emails were sent`);
  assert.ok(
    rows.every(({ state, claim, send_after }) => claim === null && (state === 'sent' || send_after <= clock())),
  );
});

withMail('sending pauses when the mail server fails for every email', async (world) => {
  const { anna, server, send } = world;
  for (let n = 0; n < 20; n += 1) await leave(world, anna);
  server.behave(...Array.from({ length: 20 }, (): Behaviour => ({ at: 'connect', code: 421 })));
  await send();
  const tried = await world.database.read.selectFrom('outbox').select('id').where('attempts', '>', 0).execute();
  assert.ok(tried.length <= 4, `${tried.length} emails were tried`);
});
