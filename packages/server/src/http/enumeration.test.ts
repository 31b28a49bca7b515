/*
 * Threat: status, body, headers or cookies reveal which usernames have an account, and in which state it is.
 */
import assert from 'node:assert/strict';
import type { Reply } from './testing/browser.ts';
import { start, submit, withServer } from './testing/server.ts';

withServer(
  'R53: an unknown username, an account without a password, a disabled account and a wrong password look the same',
  async (world) => {
    const { server, fixture } = world;
    const right = await server.user('alpha', 'right');
    const names = { unknown: 'nobody', wrong: 'right', disabled: 'gone', empty: 'fresh', uppercase: 'NOBODY' };
    const gone = await server.user('alpha', names.disabled);
    const fresh = await server.user('alpha', names.empty);
    await fixture.database.write(async (tx) => {
      await tx.updateTable('accounts').set({ state: 'disabled' }).where('id', '=', gone.id).execute();
      await tx.updateTable('accounts').set({ password_hash: null }).where('id', '=', fresh.id).execute();
    });
    const replies: [string, Reply[]][] = [];
    for (const [what, username] of Object.entries(names)) {
      const browser = server.browser();
      const flow = await start(browser, 'login', [{ step: 'organisation', organisation: 'alpha' }]);
      const named = await submit(browser, flow, { step: 'username', username });
      // The disabled account gets the correct password.
      const password = what === 'disabled' ? gone.password : `${right.password}x`;
      const refused = await submit(browser, flow, { step: 'password', password });
      replies.push([what, [named, refused, await browser.get(`/flows/${flow.id}`, { token: flow.token })]]);
    }
    const [, expected = []] = replies.shift() ?? [];
    assert.equal(expected[1]?.body.code, 'wrong-credentials');
    for (const [what, seen] of replies) assert.deepEqual(seen.map(shapeOf), expected.map(shapeOf), what);
  },
);

/** Returns everything that a client can see, except what differs between flows and what was typed. */
function shapeOf({ status, headers, body, setCookies }: Reply): unknown {
  const { date, 'content-length': _length, ...others } = headers;
  assert.ok(date);
  const { flow, correlationId: _id, ...problem } = body;
  return { status, headers: others, setCookies, problem, step: { ...flow.step, username: '' }, status2: flow.status };
}
