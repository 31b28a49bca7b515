import assert from 'node:assert/strict';
import { first, memoryLogger, serve, start, submit } from '../http/testing/server.ts';
import { sqliteForTests, testsOn } from '../store/testing/databases.ts';
import type { Directory } from './directory.ts';

/* Threat: the directory of a portal fails, and the answers reveal more than that, or nothing names the cause. */

const anna = { organisation: 'gamma', username: 'anna', password: 'correct horse battery' };

testsOn(sqliteForTests)(
  'R49 R95 a server over a directory logs in, and answers `busy` while the directory fails',
  async (fixture) => {
    let isDown = false;
    const directory: Directory = {
      answerTime: 200,
      async find({ username }) {
        if (isDown) throw new Error('the portal is down');
        return username === 'anna' ? { id: '1', username } : undefined;
      },
      verifyPassword: async (_user, password) => password === anna.password,
    };
    const logger = memoryLogger();
    const server = await serve(fixture, { directory, logger });
    try {
      const browser = server.browser();
      const user = { ...anna, id: '', factorId: '', secret: new Uint8Array(), recoveryCodes: [], code: () => '' };
      isDown = true;
      const down = await browser.post('/flows', { kind: 'login', inputs: first(user) });
      assert.deepEqual([down.status, down.body.code, down.body.detail], [503, 'busy', undefined]);
      assert.ok(logger.lines.some((line) => /the directory of the portal failed .*the portal is down/.test(line)));
      isDown = false;
      const flow = await start(browser, 'login', first(user));
      assert.equal((await submit(browser, flow, { step: 'enroll-offer', action: 'later' })).body.flow.status, 'done');
      const { body } = await browser.get('/account');
      assert.equal(body.user.username, 'anna');
      assert.equal((await browser.get('/session')).body.session.user.externalId, '1');
      assert.ok(!body.flows.includes('change-password'));
      const refused = await browser.post('/flows', { kind: 'change-password' });
      assert.deepEqual([refused.status, refused.body.code], [403, 'not-allowed']);
      assert.match(refused.body.detail, /its directory has no setPassword/);
    } finally {
      await server.stop();
    }
  },
);
