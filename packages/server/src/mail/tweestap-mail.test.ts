import assert from 'node:assert/strict';
import { createTweestap, type Tweestap } from '../create.ts';
import { encryptionKeys, organisations } from '../http/testing/organisations.ts';
import { memoryLogger } from '../http/testing/server.ts';
import type { TweestapOptions } from '../options.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { cheapHashing } from '../testing/users.ts';
import { type ReceivedMail, startMailServer } from './testing/mail-server.ts';

const REQUEST = { actor: { role: 'administrator', name: 'desk' }, reason: 'requested' } as const;
const ANNA = { organisation: 'alpha', username: 'anna', email: 'anna@alpha.example' };

async function open({ address, clock }: Fixture, options: Partial<TweestapOptions> = {}): Promise<Tweestap> {
  const base = { database: address, encryptionKeys, organisations, hasher: cheapHashing, clock };
  return await createTweestap({ ...base, baseUrl: 'https://portal.example', logger: memoryLogger(), ...options });
}

withDatabases('an email is sent right after its commit, without waiting for the next poll', async (fixture) => {
  const arrived = Promise.withResolvers<ReceivedMail>();
  const server = await startMailServer({ onSeen: arrived.resolve });
  const tweestap = await open(fixture, { mail: `smtp://127.0.0.1:${server.port}` });
  try {
    await tweestap.admin.addUser({ ...REQUEST, ...ANNA });
    const before = performance.now();
    await tweestap.admin.resetFactors({ ...REQUEST, organisation: 'alpha', account: 'anna' });
    const { to, messageId, raw } = await arrived.promise;
    assert.ok(performance.now() - before < 1500, 'the next poll would be after two seconds');
    assert.equal(to, 'anna@alpha.example');
    assert.match(messageId, /@portal\.example>$/);
    assert.match(raw, /^From: Alpha School <noreply@portal\.example>/m);
  } finally {
    await tweestap.close();
    await server.close();
  }
});

withDatabases('without a mail server, emails wait in the outbox, and are sent once there is one', async (fixture) => {
  const withoutMail = await open(fixture);
  await withoutMail.admin.addUser({ ...REQUEST, ...ANNA });
  await withoutMail.admin.addUser({ ...REQUEST, organisation: 'alpha', username: 'bo' });
  await withoutMail.admin.resetFactors({ ...REQUEST, organisation: 'alpha', account: 'anna' });
  fixture.clock.advance(1000);
  await withoutMail.admin.disable({ ...REQUEST, organisation: 'alpha', account: 'anna' });
  await withoutMail.admin.resetFactors({ ...REQUEST, organisation: 'alpha', account: 'bo' });
  const messages = await withoutMail.outbox.messages();
  assert.deepEqual(
    messages.map(({ to, at }) => [to, at]).at(-1),
    ['anna@alpha.example', '2026-01-01T00:00:00.000Z'],
    'the newest message is first, and a user without an address has none',
  );
  assert.ok(messages.every(({ to }) => to === 'anna@alpha.example'));
  assert.ok((await withoutMail.outbox.messages({ limit: 1 })).length <= 1);
  await withoutMail.close();
  let sent = 0;
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const send = async (): Promise<void> => {
    sent += 1;
    if (sent === messages.length) resolve();
  };
  const sending = await open(fixture, { mail: { send, close() {} } });
  await all;
  await sending.close();
  const states = await fixture.database.read.selectFrom('outbox').select(['state', 'last_error']).execute();
  assert.equal(states.filter(({ state }) => state === 'sent').length, messages.length);
  assert.ok(states.every(({ state, last_error }) => state === 'sent' || last_error === 'no-address'));
});
