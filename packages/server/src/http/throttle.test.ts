/*
 * Threat: a stranger who guesses at made-up names uses up what a shared address may fail, and shuts out everybody behind
 * it; or a stranger tries stolen passwords on many accounts, and no limit of a single account notices.
 */
import assert from 'node:assert/strict';
import type { Browser, Reply } from './testing/browser.ts';
import { first, login, start, startToCode, submit, totp, withServer } from './testing/server.ts';

/** Tries a password on a name, in a flow of its own. */
const guess = (browser: Browser, username: string, headers: Record<string, string> = {}): Promise<Reply> => {
  const inputs = [
    { step: 'organisation', organisation: 'alpha' },
    { step: 'username', username },
    { step: 'password', password: 'Spring2026' },
  ];
  return browser.post('/flows', { kind: 'login', inputs }, { headers });
};

withServer(
  'R44 after 300 wrong passwords on made-up names at an address, a known device and a running code still work there',
  async ({ server }) => {
    const [ada, bob, carl] = [
      await server.person('alpha', 'ada'),
      await server.person('alpha', 'bob'),
      await server.person('alpha', 'carl'),
    ];
    const known = server.browser();
    assert.equal((await login(known, ada)).status, 200);
    const running = server.browser();
    const flow = await startToCode(running, bob);
    const stranger = server.browser();
    for (let n = 0; n < 300; n += 20) {
      const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => guess(stranger, `nobody${n + i}`)));
      for (const { body } of replies) assert.equal(body.problem.code, 'wrong-credentials');
    }
    const onKnown = await start(known, 'login', first(ada));
    assert.equal(onKnown.reply.body.flow?.step.type, 'totp', 'the owner on a known device');
    assert.equal((await submit(running, flow, totp(bob))).body.flow?.status, 'done', 'the code of a running flow');
    const refused = await start(server.browser(), 'login', first(carl));
    assert.equal(refused.reply.status, 201);
    assert.equal(refused.reply.body.problem.code, 'throttled', 'a right password of a stranger at the address');
    assert.ok(Number(refused.reply.headers['retry-after']) > 1);
  },
);
