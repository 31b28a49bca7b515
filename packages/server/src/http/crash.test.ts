/*
 * Threat: a server that is killed at a certain moment forgets that a code was used, or that a user is logged in.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../crypto/tokens.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { addUserWithCodes, type TestUser } from '../testing/users.ts';
import { Browser } from './testing/browser.ts';
import { keyring } from './testing/organisations.ts';
import { login, startToCode, submit, totp } from './testing/server.ts';

/** The number of users who log in at the same time. */
const USERS = 6;
const program = fileURLToPath(new URL('./testing/serve-child.ts', import.meta.url));

const spawnServer = async ({ address }: Fixture): Promise<{ child: ChildProcess; base: string }> => {
  const child = fork(program, [address]);
  const [port] = await once(child, 'message');
  return { child, base: `http://127.0.0.1:${port}/mfa/v1` };
};

const kill = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};

withDatabases(
  'R14: after kill -9 and a restart, the code of an acknowledged login is still refused',
  async (fixture) => {
    const first = await spawnServer(fixture);
    const users: TestUser[] = [];
    for (let n = 0; n < USERS; n += 1) {
      users.push(await addUserWithCodes({ ...fixture, keyring, clock: systemClock }, 'alpha', `user${n}`));
    }
    const acknowledged: { browser: Browser; input: object; user: TestUser }[] = [];
    const attempt = async (user: TestUser): Promise<void> => {
      const browser = new Browser(first.base);
      const flow = await startToCode(browser, user);
      const input = totp(user);
      const reply = await submit(browser, flow, input);
      assert.equal(reply.status, 200);
      acknowledged.push({ browser, input, user });
      // The other logins are still running.
      if (acknowledged.length === USERS / 2) await kill(first.child);
    };
    await Promise.allSettled(users.map(attempt));
    assert.ok(acknowledged.length >= USERS / 2);
    const second = await spawnServer(fixture);
    try {
      for (const { browser, input, user } of acknowledged) {
        const again = new Browser(second.base).sharing(browser);
        assert.equal((await again.get('/session')).status, 200, 'R63: an acknowledged login is not lost');
        const other = new Browser(second.base);
        const reply = await submit(other, await startToCode(other, user), input);
        assert.equal(reply.body.code, 'code-used');
        assert.deepEqual(reply.setCookies, []);
        for (const each of [browser, again, other]) each.close();
      }
      const fresh = await addUserWithCodes({ ...fixture, keyring, clock: systemClock }, 'alpha', 'late');
      const browser = new Browser(second.base);
      assert.equal((await login(browser, fresh)).status, 200, 'the server accepts new logins');
      browser.close();
    } finally {
      await kill(second.child);
    }
  },
);
