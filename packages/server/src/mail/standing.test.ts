/*
 * Threats: a mailbox gets a link that no longer works, or two emails for one request within 15 minutes, because the mail
 * server was down when the first of them was due.
 */
import assert from 'node:assert/strict';
import { parseKeyring } from '../crypto/keyring.ts';
import { systemRandom } from '../crypto/tokens.ts';
import { mailLink } from '../links/mail-link.ts';
import { spendLink, voidLinks } from '../store/links.ts';
import type { LinkRow } from '../store/schema.ts';
import type { MailServer } from './testing/mail-server.ts';
import { look, type MailWorld, withMail } from './testing/outbox.ts';
import { encryptionKeys } from './testing/smtp-to.ts';

const MINUTE = 60_000;
const keyring = parseKeyring(encryptionKeys);

/** Requests a reset link for Anna. */
async function requestReset({ database, clock, anna }: MailWorld): Promise<void> {
  const request = { purpose: 'reset', accountId: anna, requestKey: 'anna', keyring, random: systemRandom } as const;
  const organisation = { id: 'clinic', pages: {} };
  const baseUrl = 'https://portal.example';
  await database.write((tx) => mailLink(tx, { ...request, organisation, baseUrl, now: clock() }));
}

/** The link tokens in the emails that the server received. */
const tokensIn = ({ received }: MailServer): string[] =>
  received.map(({ raw }) => /#mfa-reset=(?:3D)?([\w-]{10})/.exec(raw.replace(/=\r?\n/g, ''))?.[1] ?? 'no link');

const links = async ({ database }: MailWorld): Promise<LinkRow[]> =>
  await database.read.selectFrom('links').selectAll().orderBy('created_at').execute();

withMail('R31: the same link is sent again after 15 minutes, and not earlier', async (world) => {
  const { clock, server, send } = world;
  await requestReset(world);
  const { sender } = await send();
  clock.advance(5 * MINUTE);
  await requestReset(world);
  await look(sender);
  assert.equal(server.received.length, 1);
  clock.advance(10 * MINUTE);
  await look(sender);
  const [first, second] = tokensIn(server);
  assert.equal(server.received.length, 2);
  assert.match(first ?? '', /^[\w-]{10}$/);
  assert.equal(second, first);
});

for (const [name, endLink] of [
  ['used', (world: MailWorld, { id }: LinkRow) => world.database.write((tx) => spendLink(tx, id, world.clock()))],
  ['voided', (world: MailWorld) => world.database.write((tx) => voidLinks(tx, world.anna, world.clock()))],
] as const) {
  withMail(`R31: a queued email is not sent after its link was ${name}`, async (world) => {
    const { clock, server, send, database } = world;
    await requestReset(world);
    const { sender } = await send();
    clock.advance(5 * MINUTE);
    await requestReset(world);
    const [link] = await links(world);
    assert.ok(link);
    await endLink(world, link);
    clock.advance(10 * MINUTE);
    await look(sender);
    assert.equal(server.received.length, 1);
    const rows = await database.read.selectFrom('outbox').select('state').execute();
    assert.deepEqual(rows, [{ state: 'sent' }], 'the queued row was deleted');
  });
}

withMail('R31: an email that still waits for the mail server is not sent a second time', async (world) => {
  const { clock, server, send } = world;
  server.behave({ at: 'rcpt', code: 450 });
  await requestReset(world);
  const { sender } = await send();
  clock.advance(5 * MINUTE);
  await requestReset(world);
  clock.advance(10 * MINUTE);
  await look(sender);
  clock.advance(60 * MINUTE - 15 * MINUTE - 1);
  await look(sender);
  assert.equal(server.received.length, 1);
});

withMail('R31: an email that was sent late delays the next one of its request', async (world) => {
  const { clock, server, send, database } = world;
  server.behave({ at: 'rcpt', code: 450 });
  await requestReset(world);
  const { sender } = await send();
  clock.advance(14 * MINUTE);
  await requestReset(world);
  await look(sender);
  assert.equal(server.received.length, 1, 'in minute 14');
  clock.advance(MINUTE);
  await look(sender);
  assert.equal(server.received.length, 1);
  const due = await database.read.selectFrom('outbox').selectAll().where('state', '=', 'due').executeTakeFirstOrThrow();
  assert.deepEqual([due.send_after, due.attempts, due.claim], [clock() + 14 * MINUTE, 0, null]);
  clock.advance(14 * MINUTE);
  await look(sender);
  assert.equal(server.received.length, 2);
});

withMail('R31: two senders never send two emails of one request within 15 minutes', async (world) => {
  const { clock, server, send, openAnother } = world;
  const [one, two] = [await send(), await send({ database: await openAnother() })];
  for (const minutes of [0, 5, 10]) {
    clock.advance(minutes * MINUTE);
    await Promise.all(Array.from({ length: 5 }, () => requestReset(world)));
    await Promise.all([look(one.sender), look(two.sender)]);
  }
  assert.equal(server.received.length, 2);
});
