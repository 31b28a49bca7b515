/*
 * Threat: a sender that is killed at the wrong moment loses an email, or sends a duplicate that can't be recognised as one.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../crypto/tokens.ts';
import { leave, withMail } from './testing/outbox.ts';
import { smtpTo } from './testing/smtp-to.ts';

const program = fileURLToPath(new URL('./testing/send-child.ts', import.meta.url));
const MAILS = 40;
const HOUR = 3_600_000;

withMail('kill -9 of the sender loses no email, and a duplicate has the same Message-ID', async (world) => {
  const { anna, database, send, startServer } = world;
  const left: string[] = [];
  for (let n = 0; n < MAILS; n += 1) left.push(await leave(world, anna));
  const killed = Promise.withResolvers<void>();
  let seen = 0;
  const server = await startServer({
    onSeen() {
      seen += 1;
      // The server has received the whole email, but its sender is killed before it learns this.
      if (seen === 12) killed.resolve();
    },
  });
  const child = fork(program, [world.address, server.address]);
  const gone = once(child, 'exit');
  await killed.promise;
  child.kill('SIGKILL');
  await gone;
  const after = await database.read.selectFrom('outbox').select('state').where('state', '=', 'due').execute();
  assert.ok(after.length > 0, 'the sender was killed before it had sent everything');
  const clock = (): number => systemClock() + HOUR;
  await send({ clock, transport: smtpTo(server.address) });
  const ids = new Set(server.seen.map(({ messageId }) => messageId));
  assert.deepEqual([...ids].sort(), left.map((id) => `<${id}@portal.example>`).sort());
  assert.ok(
    server.seen.length - MAILS <= 4,
    `${server.seen.length - MAILS} emails arrived twice; at most four were being sent`,
  );
  const rest = await database.read.selectFrom('outbox').select('state').where('state', '!=', 'sent').execute();
  assert.deepEqual(rest, []);
});
