/*
 * Threat: one client guesses the passwords of many usernames with a few attempts each, or pretends to have a new
 * address for each attempt.
 */
import assert from 'node:assert/strict';
import { sqliteForTests } from '../store/testing/databases.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { type HeldFlow, login, start, submit, withServer, withServerOnEach } from './testing/server.ts';

const throttle = { failures: 5, windowSeconds: 600 };
const guess = (browser: Browser, n: number, headers: Record<string, string> = {}) =>
  browser.post(
    '/flows',
    {
      kind: 'login',
      inputs: [
        { step: 'organisation', organisation: 'alpha' },
        { step: 'username', username: `nobody${n}` },
        { step: 'password', password: 'Spring2026' },
      ],
    },
    { headers },
  );

const codeOf = ({ body }: Reply): string | undefined => body.problem?.code;

withServerOnEach(
  'R52 an address over its limit of failures waits before each attempt, about twice as long each time, until the window ends',
  async ({ server, browser, fixture }) => {
    const anna = await server.user('alpha', 'anna');
    const held: HeldFlow = await start(browser, 'login', [
      { step: 'organisation', organisation: 'alpha' },
      { step: 'username', username: 'anna' },
    ]);
    for (let n = 0; n < throttle.failures; n += 1) {
      assert.equal((await guess(browser, n)).body.problem.code, 'wrong-credentials');
    }
    const begun = fixture.clock();
    const waits: number[] = [];
    for (let n = 10; fixture.clock() - begun < 300_000; n += 1) {
      const refused = await guess(browser, n);
      assert.deepEqual([refused.status, refused.body.problem.code], [201, 'throttled']);
      waits.push(Number(refused.headers['retry-after']));
      fixture.clock.advance((waits.at(-1) ?? 0) * 1000);
      assert.equal((await guess(browser, n)).body.problem.code, 'wrong-credentials', 'one attempt after the wait');
    }
    assert.deepEqual(waits, [10, 19, 38, 75, 150, 300].slice(0, waits.length));
    assert.ok(waits.length >= 5);
    const right = { step: 'password', password: anna.password };
    const refused = await submit(browser, held, right);
    assert.deepEqual([refused.status, refused.body.code], [429, 'throttled'], 'a correct password is refused too');
    assert.equal((await start(browser)).reply.status, 201, 'a request without a credential is accepted');
    const left = Number(refused.headers['retry-after']);
    assert.ok(
      fixture.clock() + left * 1000 - begun <= throttle.windowSeconds * 1000,
      'no wait is longer than the window',
    );
    fixture.clock.advance(left * 1000);
    assert.equal((await login(browser, anna)).status, 200);
  },
  { options: { throttle } },
);

withServer(
  'R45 a forwarded address is ignored if no configured proxy wrote it',
  async ({ browser }) => {
    for (let n = 0; n < throttle.failures; n += 1) await guess(browser, n, { 'x-forwarded-for': `198.51.100.${n}` });
    assert.equal(codeOf(await guess(browser, 9, { 'x-forwarded-for': '198.51.100.9' })), 'throttled');
  },
  { databases: [sqliteForTests], options: { throttle } },
);

withServer(
  'R45 behind a configured proxy each client address, IPv6 by /64, has its own count and is in the audit',
  async ({ browser, fixture }) => {
    const from = (address: string, n: number) => guess(browser, n, { 'x-forwarded-for': `203.0.113.1, ${address}` });
    for (let n = 0; n < throttle.failures; n += 1) await from(`2001:db8:1:2::${n + 1}`, n);
    assert.equal(codeOf(await from('2001:db8:1:2:ffff::1', 9)), 'throttled');
    assert.equal(codeOf(await from('2001:db8:1:3::1', 9)), 'wrong-credentials');
    assert.equal(codeOf(await from('198.51.100.1', 9)), 'wrong-credentials');
    const rows = await fixture.database.read.selectFrom('audit').select('address').distinct().execute();
    const addresses = rows.map(({ address }) => address).sort();
    assert.deepEqual(addresses, ['198.51.100.1', '2001:db8:1:2::/64', '2001:db8:1:3::/64']);
  },
  { databases: [sqliteForTests], options: { throttle, trustedProxies: ['127.0.0.1'] } },
);
