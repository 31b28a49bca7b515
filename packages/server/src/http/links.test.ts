/*
 * Threat: the headers of a request decide where a mailed link leads, the GET of a link scanner uses it up, or the
 * response reveals more than that an email may have been sent.
 */
import assert from 'node:assert/strict';
import { Problem } from '@tweestap/protocol';
import { sqliteForTests } from '../store/testing/databases.ts';
import type { Browser } from './testing/browser.ts';
import { login, start, submit, type TestServer, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests], options: { baseUrl: 'https://portal.example' } };
const email = 'mia@mail.example';

async function invited({ tweestap }: TestServer): Promise<void> {
  const user = { organisation: 'alpha', username: 'mia', email };
  await tweestap.admin.addUser({
    actor: { role: 'administrator', name: 'test' },
    reason: 'a new colleague',
    ...user,
  });
}

const requestMail = (browser: Browser, username: string, headers: Record<string, string> = {}) => {
  const inputs = [
    { step: 'organisation', organisation: 'alpha' },
    { step: 'identify', username, email },
  ];
  return browser.post('/flows', { kind: 'recover', inputs }, { headers });
};

async function newestLink({ tweestap }: TestServer): Promise<string> {
  const [message] = await tweestap.outbox.messages();
  return message?.links.find((link) => link.includes('#mfa-')) ?? '';
}

const tokenOf = (link: string): string => link.split('=').at(-1) ?? '';

withServer(
  'R33: with any request headers, the link leads to the configured URL and the email goes to the stored address',
  async ({ server, browser }) => {
    await invited(server);
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
      'x-original-url': 'https://evil.example/',
    };
    assert.equal((await requestMail(browser, 'mia', headers)).status, 201);
    assert.match(await newestLink(server), /^https:\/\/portal\.example\/account#mfa-activate=[\w-]{43}$/);
    const [message] = await server.tweestap.outbox.messages();
    assert.equal(message?.to, email);
    assert.ok(!JSON.stringify(message).includes('evil.example'));
  },
  sqlite,
);

withServer(
  'R32: GET and HEAD with a link change nothing, and the link still works',
  async ({ server, browser }) => {
    await invited(server);
    await requestMail(browser, 'mia');
    const link = tokenOf(await newestLink(server));
    for (const method of ['GET', 'HEAD']) {
      for (const path of [
        '/flows',
        `/flows/${link}`,
        `/flows?link=${link}`,
        `/session?mfa-activate=${link}`,
        '/account',
      ]) {
        const { status } = await server.browser().send(method, path, { token: link });
        assert.ok(status >= 400 && status < 500, `${method} ${path}: ${status}`);
      }
    }
    const flow = await start(browser, 'activate');
    assert.deepEqual([flow.reply.status, flow.reply.body.code], [404, 'no-such-link']);
    const { status, body } = await browser.post('/flows', { kind: 'activate', link });
    assert.equal(status, 201);
    const held = { id: body.flow.id, token: body.token, reply: body };
    const chosen = await submit(browser, held, { step: 'new-password', password: 'a lamp beside the canal' });
    assert.equal(chosen.body.flow.step.type, 'enroll-offer');
    assert.deepEqual(chosen.setCookies, [], 'D9: no session');
    const again = await browser.post('/flows', { kind: 'activate', link });
    assert.equal(again.status, 410);
    assert.ok(Problem.safeParse(again.body).success, again.text);
    const { code, kind, organisation } = again.body;
    assert.deepEqual({ code, kind, organisation }, { code: 'link-expired', kind: 'recover', organisation: 'alpha' });
  },
  sqlite,
);

withServer(
  'R55: status, headers and body are the same for a known and an unknown username',
  async ({ server }) => {
    await invited(server);
    const shape = async (username: string) => {
      const { status, headers, body, setCookies } = await requestMail(server.browser(), username);
      const { id: _id, expiresAt: _e, serverTime: _s, ...flow } = body.flow;
      const { date: _d, 'set-cookie': _c, 'x-correlation-id': _x, ...same } = headers;
      return { status, same, flow, keys: Object.keys(body), cookies: setCookies.length };
    };
    assert.deepEqual(await shape('bob'), await shape('mia'));
  },
  sqlite,
);

withServer(
  'R52: too many email requests for one username are refused with a waiting time, whether or not the account exists',
  async ({ server }) => {
    await invited(server);
    for (const username of ['mia', 'bob']) {
      for (let times = 0; times < 5; times += 1)
        assert.equal((await requestMail(server.browser(), username)).status, 201);
      const browser = server.browser();
      const first = await requestMail(browser, username);
      assert.equal(first.body.problem.code, 'throttled');
      assert.deepEqual([first.status, first.headers['retry-after']], [201, String(24 * 3600)]);
      const held = { id: first.body.flow.id, token: first.body.token, reply: first };
      const { status, headers, body } = await submit(browser, held, { step: 'identify', username, email });
      assert.equal(status, 429);
      assert.equal(headers['retry-after'], String(24 * 3600));
      assert.equal(body.flow.step.type, 'identify');
    }
  },
  sqlite,
);

/* Threat: a stranger on any network prevents a user from setting a new password with five requests a day. */
withServer(
  'R52: a user whose emails a stranger used up still gets one from another network and on a known device',
  async ({ server, fixture }) => {
    const bob = await server.user('alpha', 'bob');
    await fixture.database.write((tx) => tx.updateTable('accounts').set({ email }).execute());
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const known = server.browser();
    assert.equal((await login(known, bob)).status, 200);
    const codes = async (browser: Browser, address: string, times: number) => {
      const seen: unknown[] = [];
      for (let time = 0; time < times; time += 1) {
        const { body } = await requestMail(browser, 'bob', from(address));
        seen.push(body.problem?.code ?? body.flow.step.type);
      }
      return seen;
    };
    const used = [...Array(5).fill('mail-sent'), 'throttled'];
    assert.deepEqual(await codes(server.browser(), '198.51.100.7', 6), used);
    assert.deepEqual(await codes(server.browser(), '2001:db8:1:2::1', 6), used);
    assert.deepEqual(await codes(server.browser(), '2001:db8:1:2:ffff::1', 1), ['throttled'], 'R45: the same /64');
    assert.deepEqual(await codes(known, '198.51.100.7', 1), ['mail-sent'], 'a known device');
    assert.deepEqual(await codes(server.browser(), '203.0.113.9', 1), ['mail-sent'], 'another network');
  },
  { options: { ...sqlite.options, trustedProxies: ['127.0.0.1'] } },
);

withServer(
  'R81: an invalid link creates one audit event for each POST, and none for a GET',
  async ({ browser, fixture }) => {
    const link = 'x'.repeat(43);
    await browser.get(`/flows?link=${link}`);
    assert.equal((await browser.post('/flows', { kind: 'reset', link })).status, 404);
    const events = await fixture.database.read
      .selectFrom('audit')
      .select(['event', 'result', 'address', 'organisation_id'])
      .where('event', '=', 'link')
      .execute();
    const expected = { event: 'link', result: 'no-such-link', address: '127.0.0.1', organisation_id: null };
    assert.deepEqual(events, [expected]);
  },
);

withServer(
  'R52: an address that requests emails for many usernames is throttled, whether or not they exist',
  async ({ server, browser }) => {
    await invited(server);
    for (const username of ['mia', 'bob', 'eve']) assert.equal((await requestMail(browser, username)).status, 201);
    const { status, headers, body } = await requestMail(browser, 'ida');
    assert.deepEqual([status, body.problem.code], [201, 'throttled']);
    assert.ok(Number(headers['retry-after']) > 1);
  },
  { ...sqlite, options: { ...sqlite.options, throttle: { failures: 3 } } },
);

withServer(
  'R76: a link that is not a text of valid length is malformed, and a link for another kind of flow is refused',
  async ({ browser }) => {
    for (const link of [null, 1, true, [], {}, '', 'x'.repeat(129)]) {
      assert.equal((await browser.post('/flows', { kind: 'reset', link })).status, 400, String(link));
    }
    for (const kind of ['login', 'recover', 'enroll', 'step-up']) {
      const { status, body } = await browser.post('/flows', { kind, link: 'x'.repeat(43) });
      assert.deepEqual([status, body.code], [404, 'no-such-link'], kind);
    }
  },
  sqlite,
);
