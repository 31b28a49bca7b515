/*
 * Threats: a mail that is lost because the server was away at the wrong moment; one that comes twice and can't be told; a
 * link that stays readable after it was sent.
 */
import assert from 'node:assert/strict';
import { enqueue, wakeAfter } from '../store/outbox.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { type Behaviour, type MailServer, startMailServer } from './testing/mail-server.ts';
import { addPeople, leave, look, rowOf, send, smtpTo } from './testing/outbox.ts';
import { MOST_ATTEMPTS } from './waits.ts';

const SECOND = 1000;
const LINK = 'https://portal.example/account#mfa-reset=tokentokentokentokentokentokentokentokento';

withDatabases('a mail reaches the stored address in text and HTML, under an id of its own', async (fixture) => {
  const { id: anna } = await addPeople(fixture.database);
  const id = await leave(fixture, anna, { data: { to: 'thief@elsewhere.example' } });
  const server = await startMailServer();
  const { sender } = await send(fixture, smtpTo(server.address));
  const [mail] = server.received;
  assert.equal(server.received.length, 1);
  assert.equal(mail?.to, 'anna@clinic.example', 'R33: whatever a row says, mail goes to the stored address');
  assert.equal(mail?.messageId, `<${id}@portal.example>`);
  assert.match(mail?.raw ?? '', /^From: Clinic <portal@clinic\.example>/m);
  assert.match(mail?.raw ?? '', /^Auto-Submitted: auto-generated/m);
  assert.match(mail?.raw ?? '', /Content-Type: text\/plain[\s\S]*Hello Anna Visser,[\s\S]*Content-Type: text\/html/);
  const row = await rowOf(fixture.database, id);
  assert.deepEqual([row.state, row.sent_at, row.claim], ['sent', fixture.clock(), null]);
  await look(sender);
  assert.equal(server.received.length, 1);
  await sender.stop();
  await server.close();
});

withDatabases('a server that is away gets the mail when it is back, once, after growing waits', async (fixture) => {
  const { id: anna } = await addPeople(fixture.database);
  const id = await leave(fixture, anna);
  const gone = await startMailServer();
  await gone.close();
  const { sender } = await send(fixture, smtpTo(gone.address));
  let row = await rowOf(fixture.database, id);
  assert.deepEqual([row.state, row.attempts, row.last_error], ['due', 1, 'connection']);
  for (const [attempts, wait] of [
    [1, 30 * SECOND],
    [2, 60 * SECOND],
    [3, 120 * SECOND],
  ] as const) {
    assert.equal(row.send_after, fixture.clock() + wait);
    fixture.clock.advance(wait - 1);
    await look(sender);
    assert.equal((await rowOf(fixture.database, id)).attempts, attempts, 'not before its time');
    fixture.clock.advance(1);
    await look(sender);
    row = await rowOf(fixture.database, id);
    assert.equal(row.attempts, attempts + 1);
  }
  const back = await startMailServer({ listenOn: gone.port });
  fixture.clock.advance(3600 * SECOND);
  await look(sender);
  assert.equal(back.received.length, 1);
  await sender.stop();
  await back.close();
});

const passing: readonly [string, Behaviour, string][] = [
  ['says 450 to the recipient', { at: 'rcpt', code: 450 }, 'smtp-450'],
  ['says 451 after the data', { at: 'data', code: 451 }, 'smtp-451'],
  ['says 421 to the connection', { at: 'connect', code: 421 }, 'smtp-421'],
  ['says 554 to the connection, which is not about this mail', { at: 'connect', code: 554 }, 'smtp-554'],
  ['wants a login first', { at: 'from', code: 530 }, 'smtp-530'],
  ['drops the connection in the middle of the data', 'drop-mid-data', 'connection'],
  ['drops the connection after the data, unanswered', 'drop-after-data', 'connection'],
  ['says nothing any more', 'silent', 'timeout'],
];
for (const [what, behaviour, reason] of passing) {
  withDatabases(`a server that ${what} gets the same mail again, under the same id`, async (fixture) => {
    const { id: anna } = await addPeople(fixture.database);
    const id = await leave(fixture, anna);
    const server = await startMailServer();
    server.behave(behaviour);
    const { sender } = await send(fixture, smtpTo(server.address));
    const row = await rowOf(fixture.database, id);
    assert.deepEqual([row.state, row.attempts, row.last_error, row.claim], ['due', 1, reason, null]);
    assert.equal(server.received.length, 0);
    fixture.clock.advance(30 * SECOND);
    await look(sender);
    assert.equal((await rowOf(fixture.database, id)).state, 'sent');
    assert.equal(server.received.length, 1);
    assert.deepEqual([...new Set(server.seen.map(({ messageId }) => messageId))], [`<${id}@portal.example>`]);
    await sender.stop();
    await server.close();
  });
}

withDatabases('a slow server is waited for', async (fixture) => {
  const { id: anna } = await addPeople(fixture.database);
  const id = await leave(fixture, anna);
  const server = await startMailServer();
  server.behave({ delay: 200 });
  const { sender } = await send(fixture, smtpTo(server.address));
  assert.equal((await rowOf(fixture.database, id)).state, 'sent');
  await sender.stop();
  await server.close();
});

for (const at of ['from', 'rcpt', 'data'] as const) {
  withDatabases(`a mail that is refused for good at ${at} is a dead letter, and holds nobody up`, async (fixture) => {
    const { id: anna } = await addPeople(fixture.database);
    const id = await leave(fixture, anna);
    const server = await startMailServer();
    server.behave({ at, code: 550, text: 'no such person: anna@clinic.example' });
    const { sender, lines } = await send(fixture, smtpTo(server.address));
    const row = await rowOf(fixture.database, id);
    assert.deepEqual([row.state, row.attempts, row.last_error], ['dead', 1, 'smtp-550']);
    assert.ok(!lines.join('\n').includes('anna'), 'R25: what the server answered stays out of the log');
    await leave(fixture, anna);
    fixture.clock.advance(3600 * SECOND);
    await look(sender);
    assert.equal(server.received.length, 1, 'the next one leaves; the dead letter does not');
    await sender.stop();
    await server.close();
  });
}

withDatabases('a mail that never leaves is a dead letter in the end', async (fixture) => {
  const { id: anna } = await addPeople(fixture.database);
  const id = await leave(fixture, anna);
  await fixture.database.write((tx) =>
    tx
      .updateTable('outbox')
      .set({ attempts: MOST_ATTEMPTS - 2 })
      .execute(),
  );
  const server = await startMailServer();
  server.behave({ at: 'rcpt', code: 450 }, { at: 'rcpt', code: 450 });
  const { sender } = await send(fixture, smtpTo(server.address));
  assert.equal((await rowOf(fixture.database, id)).state, 'due');
  fixture.clock.advance(3600 * SECOND);
  await look(sender);
  const row = await rowOf(fixture.database, id);
  assert.deepEqual([row.state, row.last_error], ['dead', 'smtp-450']);
  await sender.stop();
  await server.close();
});

withDatabases('two instances send each of sixty mails once', async (fixture) => {
  const { id: anna } = await addPeople(fixture.database);
  for (let n = 0; n < 60; n += 1) await leave(fixture, anna);
  const server = await startMailServer();
  const another = await fixture.openAnother();
  const senders = await Promise.all(
    [fixture.database, another].map((database) => send({ database, clock: fixture.clock }, smtpTo(server.address))),
  );
  assert.equal(server.seen.length, 60);
  assert.equal(new Set(server.seen.map(({ messageId }) => messageId)).size, 60);
  for (const { sender } of senders) await sender.stop();
  await server.close();
});

withDatabases('a sender whose lease ran out can not say how it ended', async (fixture) => {
  const { id: anna } = await addPeople(fixture.database);
  const id = await leave(fixture, anna);
  const server = await startMailServer();
  const { promise: taken, resolve: take } = Promise.withResolvers<void>();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const stuck = {
    send() {
      take();
      return answered;
    },
    close() {},
  };
  const first = send(fixture, stuck);
  await taken;
  fixture.clock.advance(3600 * SECOND);
  server.behave({ at: 'rcpt', code: 550 });
  const second = await send(fixture, smtpTo(server.address));
  assert.equal((await rowOf(fixture.database, id)).state, 'dead');
  answer();
  await (await first).sender.stop();
  assert.equal((await rowOf(fixture.database, id)).state, 'dead');
  await second.sender.stop();
  await server.close();
});

withDatabases('R59: a link lies sealed while it waits, and is gone once it has left', async (fixture) => {
  const { id: anna } = await addPeople(fixture.database);
  const expiresAt = new Date(fixture.clock() + 3600 * SECOND).toISOString();
  const id = await leave(fixture, anna, { template: 'reset', link: LINK, data: { expiresAt } });
  assert.doesNotMatch((await rowOf(fixture.database, id)).data, /tokentoken/);
  const server = await startMailServer();
  const { sender, lines } = await send(fixture, smtpTo(server.address));
  assert.match(unfolded(server), /#mfa-reset=(?:3D)?tokentoken/);
  const { data } = await rowOf(fixture.database, id);
  assert.deepEqual(JSON.parse(data), { expiresAt });
  assert.doesNotMatch(lines.join('\n'), /tokentoken/);
  await sender.stop();
  await server.close();
});

/** The mails without the soft breaks of quoted-printable (RFC 2045 §6.7). */
const unfolded = ({ received }: MailServer): string =>
  received.map(({ raw }) => raw.replace(/=\r?\n/g, '').replaceAll('=3D', '=')).join('\n');

withDatabases('a link that was sealed for another row is not sent', async (fixture) => {
  const { id: anna } = await addPeople(fixture.database);
  const first = await leave(fixture, anna, { template: 'reset', link: LINK });
  const second = await leave(fixture, anna, { template: 'reset', link: LINK });
  const { data } = await rowOf(fixture.database, first);
  await fixture.database.write((tx) => tx.updateTable('outbox').set({ data }).where('id', '=', second).execute());
  const server = await startMailServer();
  const { sender } = await send(fixture, smtpTo(server.address));
  const row = await rowOf(fixture.database, second);
  assert.deepEqual([row.state, row.last_error], ['dead', 'sealed']);
  assert.equal(server.received.length, 1);
  await sender.stop();
  await server.close();
});

withDatabases(
  'what can not be sent is told apart: no address, a link past its time, a mail of a newer program',
  async (fixture) => {
    const { id: anna } = await addPeople(fixture.database);
    await fixture.database.write((tx) => tx.updateTable('accounts').set({ email: null }).execute());
    const lost = await leave(fixture, anna);
    const expiresAt = new Date(fixture.clock()).toISOString();
    const to = 'new@person.example';
    const late = await leave(fixture, null, { template: 'registration', link: LINK, data: { to, expiresAt } });
    const newer = await leave(fixture, null, { template: 'of-tomorrow', data: { to } });
    const server = await startMailServer();
    const { sender } = await send(fixture, smtpTo(server.address));
    const states = await Promise.all([lost, late, newer].map((id) => rowOf(fixture.database, id)));
    assert.deepEqual(
      states.map(({ state, last_error }) => [state, last_error]),
      [
        ['dead', 'no-address'],
        ['dead', 'link-expired'],
        ['due', 'unknown-template'],
      ],
    );
    assert.equal(server.seen.length, 0);
    await sender.stop();
    await server.close();
  },
);

withDatabases(
  'a registration goes to the address that asks for it; a decoy goes nowhere and leaves no trace',
  async (fixture) => {
    await addPeople(fixture.database);
    await leave(fixture, null, { template: 'reset', link: LINK });
    const data = { to: 'new@person.example', expiresAt: new Date(fixture.clock() + SECOND).toISOString() };
    await leave(fixture, null, { template: 'registration', link: LINK, data });
    const server = await startMailServer();
    const { sender } = await send(fixture, smtpTo(server.address));
    assert.deepEqual(
      server.received.map(({ to }) => to),
      ['new@person.example'],
    );
    const rows = await fixture.database.read.selectFrom('outbox').select('template').execute();
    assert.deepEqual(rows, [{ template: 'registration' }]);
    await sender.stop();
    await server.close();
  },
);

withDatabases(
  'a sender is woken after a commit that left a message, and not by one that took it back',
  async ({ database, clock }) => {
    const { id: anna } = await addPeople(database);
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

withDatabases('a server that fails whatever it is sent is left alone for a while', async (fixture) => {
  const { id: anna } = await addPeople(fixture.database);
  for (let n = 0; n < 20; n += 1) await leave(fixture, anna);
  const server = await startMailServer();
  server.behave(...Array.from({ length: 20 }, (): Behaviour => ({ at: 'connect', code: 421 })));
  const { sender } = await send(fixture, smtpTo(server.address));
  const tried = await fixture.database.read.selectFrom('outbox').select('id').where('attempts', '>', 0).execute();
  assert.ok(tried.length <= 4, `${tried.length} mails were tried`);
  await sender.stop();
  await server.close();
});
