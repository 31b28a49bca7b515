/*
 * Threats: a code is lost because the gateway was down; it is sent twice, or after it expired or was voided; a number or a
 * code stays readable in the database or the log; an outage of the gateway stops the emails.
 */
import assert from 'node:assert/strict';
import { systemRandom } from '../crypto/tokens.ts';
import { mailChannel } from '../mail/mail-channel.ts';
import { startMailServer } from '../mail/testing/mail-server.ts';
import { leave } from '../mail/testing/outbox.ts';
import { smtpTo } from '../mail/testing/smtp-to.ts';
import { startSender } from '../outbox/sender.ts';
import type { GatewayBehaviour } from './testing/gateway-server.ts';
import { addClinic, CODE, keyring, leaveText, look, MINUTE, NUMBER, rowOf, withGateway } from './testing/texts.ts';

const SECOND = 1000;

withGateway(
  'R26 a code reaches the gateway as one text message that ends with its origin-bound line',
  async (world) => {
    const { gateway, send, database, clock } = world;
    const id = await leaveText(world);
    const { sender } = await send();
    const [sms] = gateway.seen;
    assert.equal(gateway.seen.length, 1);
    assert.equal(sms?.method, 'POST');
    assert.equal(sms?.headers.authorization, 'Bearer gateway-credential');
    assert.deepEqual(sms?.json, {
      to: NUMBER,
      text: `${CODE} is your code for Clinic. It is valid for 10 minutes. Never share it.\n\n@portal.example #${CODE}`,
      reference: id,
    });
    const { state, sent_at, claim, gateway_id } = await rowOf(database, id);
    assert.deepEqual([state, sent_at, claim, gateway_id], ['sent', clock(), null, 'gateway-1']);
    await look(sender);
    assert.equal(gateway.seen.length, 1);
  },
);

withGateway('R25 R59 code and number are sealed while a text waits, and removed once it is sent', async (world) => {
  const { send, database } = world;
  const id = await leaveText(world);
  const before = JSON.stringify(await rowOf(database, id));
  for (const secret of [CODE, NUMBER, NUMBER.slice(1), '612345678']) assert.ok(!before.includes(secret), secret);
  const { lines } = await send();
  assert.equal((await rowOf(database, id)).data, '{"language":"en"}');
  for (const secret of [CODE, '612345678']) assert.ok(!lines.join('\n').includes(secret), secret);
});

const temporary: readonly [string, GatewayBehaviour, string][] = [
  ['does not respond in time', 'silent', 'timeout'],
  ['drops the connection', 'drop', 'connection'],
  ['responds with 500', { status: 500 }, 'http-500'],
  ['responds with 503', { status: 503 }, 'http-503'],
  ['refuses the credentials, which concerns every message', { status: 401 }, 'http-401'],
  ['redirects to another address', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'http-307'],
];
for (const [name, behaviour, reason] of temporary) {
  withGateway(`a gateway that ${name} gets the same message again, under the same id`, async (world) => {
    const { gateway, send, database, clock } = world;
    const id = await leaveText(world);
    gateway.behave(behaviour);
    const { sender, lines } = await send({ timeout: 300 });
    const row = await rowOf(database, id);
    assert.deepEqual([row.state, row.attempts, row.last_error, row.claim], ['due', 1, reason, null]);
    assert.equal(row.send_after, clock() + 2 * SECOND);
    clock.advance(2 * SECOND - 1);
    await look(sender);
    assert.equal(gateway.seen.length, 1, 'no attempt before it is due');
    clock.advance(1);
    await look(sender);
    assert.equal((await rowOf(database, id)).state, 'sent');
    assert.deepEqual(new Set(gateway.seen.map(({ json }) => json.reference)), new Set([id]));
    assert.ok(!lines.join('\n').includes('+316'), "R25 the gateway's response is not logged");
  });
}

const accepted: readonly [string, GatewayBehaviour][] = [
  ['whose response is no JSON', { status: 200, body: '<ok/>' }],
  ['whose response has no id', { status: 200, body: '{"messages":[]}' }],
  ['whose response stops halfway', 'drop-after-headers'],
  ['whose response never ends', 'slow-body'],
  ['whose response is endless', 'endless-body'],
];
for (const [name, behaviour] of accepted) {
  withGateway(`a gateway ${name} has accepted the message, which is not sent twice`, async (world) => {
    const { gateway, send, database, clock } = world;
    const id = await leaveText(world);
    gateway.behave(behaviour);
    const { sender } = await send({ timeout: 300 });
    const row = await rowOf(database, id);
    assert.deepEqual([row.state, row.gateway_id, row.last_error], ['sent', null, null]);
    clock.advance(9 * MINUTE);
    await look(sender);
    assert.equal(gateway.seen.length, 1);
  });
}

withGateway('429 with Retry-After pauses the gateway for all messages, for as long as it asks', async (world) => {
  const { gateway, send, database, clock } = world;
  const first = await leaveText(world);
  gateway.behave({ status: 429, headers: { 'retry-after': '40' } });
  const { sender } = await send();
  assert.equal((await rowOf(database, first)).send_after, clock() + 40 * SECOND);
  const second = await leaveText(world);
  clock.advance(39 * SECOND);
  await look(sender);
  assert.equal((await rowOf(database, second)).attempts, 0);
  clock.advance(SECOND);
  await look(sender);
  assert.deepEqual(await Promise.all([first, second].map(async (id) => (await rowOf(database, id)).state)), [
    'sent',
    'sent',
  ]);
});

withGateway('a Retry-After that is a date is followed', async (world) => {
  const { gateway, send, database, clock } = world;
  const id = await leaveText(world);
  gateway.behave({ status: 503, headers: { 'retry-after': new Date(clock() + 20 * SECOND).toUTCString() } });
  await send();
  assert.equal((await rowOf(database, id)).send_after, clock() + 20 * SECOND);
});

for (const status of [400, 422]) {
  withGateway(
    `a message that is refused with ${status} is a dead letter without number and code, and blocks no other`,
    async (world) => {
      const { gateway, send, database } = world;
      const id = await leaveText(world);
      gateway.behave({ status });
      const { lines } = await send();
      const row = await rowOf(database, id);
      assert.deepEqual([row.state, row.attempts, row.last_error], ['dead', 1, `http-${status}`]);
      assert.equal(row.data, '{"language":"en"}', 'R59');
      assert.ok(lines.some((line) => line.startsWith('a text message failed permanently')));
      const next = await leaveText(world);
      await send();
      assert.equal((await rowOf(database, next)).state, 'sent');
    },
  );
}

withGateway('R19 a text whose code was voided or used is not sent', async (world) => {
  const { gateway, send, database, clock } = world;
  for (const end of ['voided_at', 'spent_at']) {
    const id = await leaveText(world);
    await database.write((tx) =>
      tx
        .updateTable('challenges')
        .set({ [end]: clock() })
        .where('id', '=', `challenge-${id}`)
        .execute(),
    );
    await send();
    const left = await database.read.selectFrom('outbox').select('id').where('id', '=', id).execute();
    assert.deepEqual(left, [], end);
  }
  assert.equal(gateway.seen.length, 0);
});

withGateway('R19 a text is not sent from the moment on at which its code expires', async (world) => {
  const { gateway, send, database, clock } = world;
  const late = await leaveText(world);
  clock.advance(10 * MINUTE - 1);
  const inTime = await leaveText(world, { expiresAt: clock() + 1 });
  clock.advance(1);
  await send();
  for (const id of [late, inTime]) {
    const { state, last_error, data } = await rowOf(database, id);
    assert.deepEqual([state, last_error, data], ['dead', 'expired', '{"language":"en"}']);
  }
  assert.equal(gateway.seen.length, 0);
});

withGateway('a text is given up when its code would expire before the next attempt', async (world) => {
  const { gateway, send, database, clock } = world;
  const id = await leaveText(world);
  clock.advance(10 * MINUTE - 2 * SECOND);
  gateway.behave({ status: 500 });
  await send();
  const { state, last_error, data } = await rowOf(database, id);
  assert.deepEqual([state, last_error, data], ['dead', 'http-500', '{"language":"en"}']);
});

withGateway('R24 a text is not sent to a country that the organisation no longer lists', async (world) => {
  const { gateway, send, database } = world;
  const toBelgium = await leaveText(world, { to: '+32470123456' });
  await addClinic(database, { policy: { sms: { country: 'NL' } } });
  await send();
  assert.deepEqual((await rowOf(database, toBelgium)).last_error, 'country');
  assert.equal(gateway.seen.length, 0);
});

withGateway('a text that was sealed for another row is not sent', async (world) => {
  const { gateway, send, database } = world;
  const [first, second] = [await leaveText(world), await leaveText(world)];
  const { data } = await rowOf(database, first);
  await database.write((tx) => tx.updateTable('outbox').set({ data }).where('id', '=', second).execute());
  await send();
  assert.equal((await rowOf(database, second)).last_error, 'sealed');
  assert.equal(gateway.seen.length, 1);
});

withGateway('two instances send each of forty texts once', async (world) => {
  const { gateway, send, database, openAnother } = world;
  for (let n = 0; n < 40; n += 1) await leaveText(world);
  const another = await openAnother();
  await Promise.all([database, another].map((each) => send({ database: each })));
  assert.equal(gateway.seen.length, 40);
  assert.equal(new Set(gateway.seen.map(({ json }) => json.reference)).size, 40);
});

withGateway('an outage of the gateway stops no email, and the reverse', async (world) => {
  const { gateway, send, database, clock, anna } = world;
  const server = await startMailServer();
  await database.write((tx) => tx.updateTable('accounts').set({ email: 'anna@clinic.example' }).execute());
  const start = () => {
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const transport = smtpTo(server.address);
    const channel = mailChannel({ read: database.read, transport, keyring, baseUrl: 'https://portal.example' });
    return startSender({ database, channel, clock, random: systemRandom, logger });
  };
  gateway.behave(...Array.from({ length: 8 }, (): GatewayBehaviour => ({ status: 503 })));
  for (let n = 0; n < 8; n += 1) await leaveText(world);
  const { sender: texts } = await send();
  await leave(world, anna);
  const mails = start();
  await mails.idle();
  assert.equal(server.received.length, 1);
  await mails.stop();
  await server.close();
  await leave(world, anna);
  const broken = start();
  await broken.idle();
  for (let times = 0; times < 4; times += 1) {
    clock.advance(MINUTE);
    await look(texts);
  }
  const open = await database.read
    .selectFrom('outbox')
    .select('id')
    .where('channel', '=', 'sms')
    .where('state', '=', 'due')
    .execute();
  assert.equal(gateway.seen.length, 16, 'eight refused and eight accepted attempts');
  assert.deepEqual(open, []);
  await broken.stop();
});
