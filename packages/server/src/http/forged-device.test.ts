/*
 * Threat: a known device has its own budget, so a stranger makes up a new device cookie for each guess.
 */
import assert from 'node:assert/strict';
import { newId, newToken, systemRandom } from '../crypto/tokens.ts';
import { start, withServer } from './testing/server.ts';

const FAILURES = 5;

withServer(
  'R44 a made-up device cookie has no budget of its own',
  async ({ server }) => {
    const codes: string[] = [];
    for (let n = 0; n < FAILURES * 2; n += 1) {
      const browser = server.browser();
      browser.cookies.set('mfa-device', `${newId(systemRandom)}.${newToken(systemRandom)}`);
      const { reply } = await start(browser, 'login', [
        { step: 'organisation', organisation: 'alpha' },
        { step: 'username', username: `nobody${n}` },
        { step: 'password', password: 'a guess that is wrong' },
      ]);
      codes.push(reply.body.problem?.code);
    }
    assert.deepEqual(codes.slice(0, FAILURES), Array(FAILURES).fill('wrong-credentials'));
    assert.deepEqual(codes.slice(FAILURES), Array(FAILURES).fill('throttled'));
  },
  { options: { throttle: { failures: FAILURES } } },
);
