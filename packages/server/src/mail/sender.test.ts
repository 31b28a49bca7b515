/*
 * Threats: a mail that is lost because the server was away at the wrong moment; one that comes twice and can't be told; a
 * link that stays readable after it was sent.
 */
import assert from 'node:assert/strict';
import { enqueue, wakeAfter } from '../store/outbox.ts';
import { MOST_ATTEMPTS } from './standing.ts';
import type { Behaviour, MailServer } from './testing/mail-server.ts';
import { leave, look, rowOf, withMail } from './testing/outbox.ts';
import { impatientTo, smtpTo } from './testing/smtp-to.ts';

const SECOND = 1000;
const LINK = 'https://portal.example/account#mfa-reset=tokentokentokentokentokentokentokentokento';

withMail('a mail reaches the stored address in text and HTML, under an id of its own', async (world) => {
  const { anna, server, send } = world;
  const id = await leave(world, anna, { data: { to: 'thief@elsewhere.example' } });
  const { sender } = await send();
  const [mail] = server.received;
  assert.equal(server.received.length, 1);
  assert.equal(mail?.to, 'anna@clinic.example', 'R33: whatever a row says, mail goes to the stored address');
  assert.equal(mail?.messageId, `<${id}@portal.example>`);
  assert.match(mail?.raw ?? '', /^From: Clinic <portal@clinic\.example>/m);
  assert.match(mail?.raw ?? '', /^Auto-Submitted: auto-generated/m);
  assert.match(mail?.raw ?? '', /Content-Type: text\/plain[\s\S]*Hello Anna Visser,[\s\S]*Content-Type: text\/html/);
  const row = await rowOf(world.database, id);
  assert.deepEqual([row.state, row.sent_at, row.claim], ['sent', world.clock(), null]);
  await look(sender);
  assert.equal(server.received.length, 1);
});

withMail('a server that is away gets the mail when it is back, once, after growing waits', async (world) => {
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
    assert.equal((await rowOf(world.database, id)).attempts, attempts, 'not before its time');
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

const passing: readonly [string, Behaviour, string][] = [
  ['says 450 to the recipient', { at: 'rcpt', code: 450 }, 'smtp-450'],
  ['says 451 after the data', { at: 'data', code: 451 }, 'smtp-451'],
  ['says 421 to the connection', { at: 'connect', code: 421 }, 'smtp-421'],
  ['says 554 to the connection, which is not about this mail', { at: 'connect', code: 554 }, 'smtp-554'],
  ['wants a login first', { at: 'from', code: 530 }, 'smtp-530'],
  ['drops the connection in the middle of the data', 'drop-mid-data', 'connection'],
  ['drops the connection after the data, unanswered', 'drop-after-data', 'connection'],
];
for (const [what, behaviour, reason] of passing) {
  withMail(`a server that ${what} gets the same mail again, under the same id`, async (world) => {
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

withMail('a server that says nothing any more is left, and gets the mail later', async (world) => {
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

withMail('a slow server is waited for', async (world) => {
  const { anna, server, send } = world;
  const id = await leave(world, anna);
  server.behave({ delay: 200 });
  await send();
  assert.equal((await rowOf(world.database, id)).state, 'sent');
});

for (const at of ['from', 'rcpt', 'data'] as const) {
  withMail(`a mail that is refused for good at ${at} is a dead letter, and holds nobody up`, async (world) => {
    const { anna, server, send } = world;
    const id = await leave(world, anna);
    server.behave({ at, code: 550, text: 'no such person: anna@clinic.example' });
    const { sender, lines } = await send();
    const row = await rowOf(world.database, id);
    assert.deepEqual([row.state, row.attempts, row.last_error], ['dead', 1, 'smtp-550']);
    assert.ok(!lines.join('\n').includes('anna'), 'R25: what the server answered stays out of the log');
    await leave(world, anna);
    world.clock.advance(3600 * SECOND);
    await look(sender);
    assert.equal(server.received.length, 1, 'the next one leaves; the dead letter does not');
  });
}

withMail('a mail that never leaves is a dead letter in the end', async (world) => {
  const { anna, server, send } = world;
  const id = await leave(world, anna);
  await world.database.write((tx) =>
    tx
      .updateTable('outbox')
      .set({ attempts: MOST_ATTEMPTS - 2 })
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

withMail('two instances send each of sixty mails once', async (world) => {
  const { anna, server, send } = world;
  for (let n = 0; n < 60; n += 1) await leave(world, anna);
  const another = await world.openAnother();
  await Promise.all([world.database, another].map((database) => send({ database })));
  assert.equal(server.seen.length, 60);
  assert.equal(new Set(server.seen.map(({ messageId }) => messageId)).size, 60);
});

withMail('a sender whose lease ran out can not say how it ended', async (world) => {
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

withMail('R59: a link lies sealed while it waits, and is gone once it has left', async (world) => {
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

/** The mails without the soft breaks of quoted-printable (RFC 2045 §6.7). */
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
  'what can not be sent is told apart: no address, a link past its time, a mail of a newer program',
  async (world) => {
    const { anna, server, send } = world;
    await world.database.write((tx) => tx.updateTable('accounts').set({ email: null }).execute());
    const lost = await leave(world, anna);
    const expiresAt = new Date(world.clock()).toISOString();
    const to = 'new@person.example';
    const late = await leave(world, null, { template: 'registration', link: LINK, data: { to, expiresAt } });
    const newer = await leave(world, null, { template: 'of-tomorrow', data: { to } });
    await send();
    const states = await Promise.all([lost, late, newer].map((id) => rowOf(world.database, id)));
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
  'a registration goes to the address that asks for it; a decoy goes nowhere and leaves no trace',
  async (world) => {
    const { server, send } = world;
    await leave(world, null, { template: 'reset', link: LINK });
    const data = { to: 'new@person.example', expiresAt: new Date(world.clock() + SECOND).toISOString() };
    await leave(world, null, { template: 'registration', link: LINK, data });
    await send();
    assert.deepEqual(
      server.received.map(({ to }) => to),
      ['new@person.example'],
    );
    const rows = await world.database.read.selectFrom('outbox').select('template').execute();
    assert.deepEqual(rows, [{ template: 'registration' }]);
  },
);

withMail(
  'a sender is woken after a commit that left a message, and not by one that took it back',
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

withMail('a row that can not be read holds no other up, and is tried again later', async (world) => {
  const { anna, server, send, database } = world;
  const broken = await leave(world, anna);
  await database.write((tx) => tx.updateTable('outbox').set({ data: '{' }).execute());
  await leave(world, anna);
  await send();
  assert.equal(server.received.length, 1);
  const { state, last_error, attempts, send_after } = await rowOf(database, broken);
  assert.deepEqual([state, last_error, attempts, send_after], ['due', 'error', 1, world.clock() + 30 * SECOND]);
});

withMail('a sender that is stopped finishes what is under way and begins nothing new', async (world) => {
  const { anna, server, send, database, clock } = world;
  const { sender } = await send();
  for (let n = 0; n < 20; n += 1) await leave(world, anna);
  server.behave(...Array.from({ length: 4 }, (): Behaviour => ({ delay: 50 })));
  sender.wake();
  await sender.stop();
  const rows = await database.read.selectFrom('outbox').select(['state', 'claim', 'send_after']).execute();
  assert.equal(rows.filter(({ state }) => state === 'sent').length, server.received.length);
  assert.ok(server.received.length <= 4, `${server.received.length} mails left`);
  assert.ok(
    rows.every(({ state, claim, send_after }) => claim === null && (state === 'sent' || send_after <= clock())),
  );
});

withMail('a server that fails whatever it is sent is left alone for a while', async (world) => {
  const { anna, server, send } = world;
  for (let n = 0; n < 20; n += 1) await leave(world, anna);
  server.behave(...Array.from({ length: 20 }, (): Behaviour => ({ at: 'connect', code: 421 })));
  await send();
  const tried = await world.database.read.selectFrom('outbox').select('id').where('attempts', '>', 0).execute();
  assert.ok(tried.length <= 4, `${tried.length} mails were tried`);
});
