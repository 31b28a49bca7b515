import assert from 'node:assert/strict';
import { createTweestap, type Tweestap } from '../create.ts';
import { encryptionKeys, organisations } from '../http/testing/organisations.ts';
import { memoryLogger } from '../http/testing/server.ts';
import type { TweestapOptions } from '../options.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { cheapHashing } from '../testing/users.ts';
import { type ReceivedMail, startMailServer } from './testing/mail-server.ts';

const WHO = { actor: { role: 'administrator', name: 'desk' }, reason: 'asked' } as const;
const ANNA = { organisation: 'alpha', username: 'anna', email: 'anna@alpha.example' };

async function open({ address, clock }: Fixture, options: Partial<TweestapOptions> = {}): Promise<Tweestap> {
  const base = { database: address, encryptionKeys, organisations, hasher: cheapHashing, clock };
  return await createTweestap({ ...base, baseUrl: 'https://portal.example', logger: memoryLogger(), ...options });
}

withDatabases('mail leaves right after the commit that left it, without waiting for the next look', async (fixture) => {
  const come = Promise.withResolvers<ReceivedMail>();
  const server = await startMailServer({ onSeen: come.resolve });
  const tweestap = await open(fixture, { mail: `smtp://127.0.0.1:${server.port}` });
  try {
    await tweestap.admin.addUser({ ...WHO, ...ANNA });
    const before = performance.now();
    await tweestap.admin.resetFactors({ ...WHO, organisation: 'alpha', account: 'anna' });
    const { to, messageId, raw } = await come.promise;
    assert.ok(performance.now() - before < 1500, 'the next look would come after two seconds');
    assert.equal(to, 'anna@alpha.example');
    assert.match(messageId, /@portal\.example>$/);
    assert.match(raw, /^From: Alpha School <noreply@portal\.example>/m);
  } finally {
    await tweestap.close();
    await server.close();
  }
});

withDatabases('without a mail server mail waits, can be read, and leaves once there is one', async (fixture) => {
  const silent = await open(fixture);
  await silent.admin.addUser({ ...WHO, ...ANNA });
  await silent.admin.addUser({ ...WHO, organisation: 'alpha', username: 'bo' });
  await silent.admin.resetFactors({ ...WHO, organisation: 'alpha', account: 'anna' });
  fixture.clock.advance(1000);
  await silent.admin.disable({ ...WHO, organisation: 'alpha', account: 'anna' });
  await silent.admin.resetFactors({ ...WHO, organisation: 'alpha', account: 'bo' });
  const messages = await silent.outbox.messages();
  assert.deepEqual(
    messages.map(({ to, at }) => [to, at]).at(-1),
    ['anna@alpha.example', '2026-01-01T00:00:00.000Z'],
    'the newest first, and none for who has no address',
  );
  assert.ok(messages.every(({ to }) => to === 'anna@alpha.example'));
  assert.ok((await silent.outbox.messages({ limit: 1 })).length <= 1);
  await silent.close();
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
