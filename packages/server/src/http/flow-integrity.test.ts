/*
 * Threat: an attacker with only a part of the required proofs makes the server skip a step, mix flows or accept a used
 * secret.
 */
import assert from 'node:assert/strict';
import { sqliteForTests } from '../store/testing/databases.ts';
import type { Reply } from './testing/browser.ts';
import {
  first,
  type HeldFlow,
  start,
  startToCode,
  submit,
  totp,
  withServer,
  withServerOnEach,
} from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };
const sessionsIn = (replies: readonly Reply[]): number =>
  replies.filter(({ setCookies }) => setCookies.some((cookie) => cookie.startsWith('mfa-session='))).length;

withServer(
  'R2: ids, tokens and cookies issued before the end of a flow are refused everywhere else',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    const flowCookie = browser.cookies.get('mfa-flow') ?? '';
    for (const secret of [flow.id, flow.token, flowCookie, `${'a'.repeat(22)}.${flow.token}`]) {
      const other = server.browser();
      for (const name of ['mfa-session', 'mfa-device', 'mfa-flow']) other.cookies.set(name, secret);
      for (const token of [undefined, secret]) {
        for (const path of ['/session', '/account', `/flows/${flow.id}`]) {
          const { status } = await other.get(path, { token });
          const isOwn = path.startsWith('/flows') && secret === flowCookie && token === flow.token;
          assert.ok(isOwn || status === 401 || status === 404, `${path}: ${status}`);
        }
      }
      assert.equal((await start(other, 'enroll')).reply.body.code, 'no-session');
      assert.equal((await start(other, 'step-up')).reply.body.code, 'no-session');
    }
  },
);

withServer(
  'R3: unknown fields are refused, at every depth',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    const options = { token: flow.token };
    const bodies = [
      { inputs: [{ ...totp(anna), step2: 'done' }] },
      { inputs: [{ ...totp(anna), verified: true }] },
      { inputs: [totp(anna)], status: 'done' },
      { inputs: [totp(anna)], facts: { factor: { at: 1 } } },
      { inputs: [{ step: 'done' }] },
      { inputs: [{ step: 'totp', action: 'skip' }] },
      { inputs: [{ step: 'totp', action: 'submit', code: anna.code(), method: 'recovery-code' }] },
    ];
    for (const body of bodies) {
      const reply = await browser.post(`/flows/${flow.id}`, body, options);
      assert.equal(reply.body.code, 'malformed', JSON.stringify(body));
    }
    for (const body of [{ kind: 'login', user: 'x' }, { kind: 'login', done: true }, { kind: 'admin' }, {}]) {
      assert.equal((await browser.post('/flows', body)).body.code, 'malformed', JSON.stringify(body));
    }
    assert.equal((await browser.get(`/flows/${flow.id}`, options)).body.flow.step.type, 'totp');
  },
  sqlite,
);

withServer('R4: a flow is accessible only with its own token and from its own browser', async ({ server, browser }) => {
  const anna = await server.user('alpha', 'anna');
  const other = server.browser();
  const [mine, yours] = [await startToCode(browser, anna), await start(other)];
  const tries = [
    () => other.get(`/flows/${mine.id}`, { token: mine.token }),
    () => other.post(`/flows/${mine.id}`, { inputs: [totp(anna)] }, { token: mine.token }),
    () => browser.post(`/flows/${mine.id}`, { inputs: [totp(anna)] }, { token: yours.token }),
    () => browser.post(`/flows/${yours.id}`, { inputs: [totp(anna)] }, { token: mine.token }),
    () => browser.post(`/flows/${mine.id}`, { inputs: [totp(anna)] }),
    () => browser.delete(`/flows/${mine.id}`, { token: yours.token }),
    () => server.browser().delete(`/flows/${mine.id}`, { token: mine.token }),
  ];
  for (const attempt of tries) {
    const reply = await attempt();
    assert.equal(reply.status, 404);
    assert.equal(reply.body.code, 'no-such-flow');
  }
  assert.equal((await submit(browser, mine, totp(anna))).body.flow.status, 'done', 'no attempt was counted');
});

withServer(
  'R5: empty, missing and mistyped values never advance a step',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const values = [undefined, null, '', true, false, 0, 1, -1, 1e99, [], [anna.code()], {}, { code: anna.code() }];
    const steps: [string, object[]][] = [
      ['organisation', []],
      ['username', first(anna).slice(0, 1)],
      ['password', first(anna).slice(0, 2)],
      ['totp', first(anna)],
    ];
    for (const [step, before] of steps) {
      const field = step === 'totp' ? 'code' : step;
      const flow = await start(browser, 'login', before);
      for (const value of values) {
        const reply = await submit(browser, flow, { step, [field]: value });
        assert.equal(reply.status, 400, `${step} ${JSON.stringify(value)}`);
      }
      for (const inputs of [
        undefined,
        null,
        [],
        {},
        'totp',
        [null],
        [[]],
        ['totp'],
        [{}],
        [{ step: null }],
        [{ step: [step] }],
      ]) {
        const reply = await browser.post(`/flows/${flow.id}`, { inputs }, { token: flow.token });
        assert.equal(reply.status, 400, `${step} ${JSON.stringify(inputs)}`);
      }
      const { body } = await browser.get(`/flows/${flow.id}`, { token: flow.token });
      assert.equal(body.flow.step.type, step);
    }
  },
  sqlite,
);

withServer(
  'R5: a list with one malformed input changes nothing',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const flow = await start(browser);
    const reply = await submit(browser, flow, ...first(anna), { step: 'totp', code: 7 });
    assert.equal(reply.body.code, 'malformed');
    assert.deepEqual(
      reply.body.issues.map(({ path }: { path: string }) => path),
      ['/inputs/3/code'],
    );
    const { body } = await browser.get(`/flows/${flow.id}`, { token: flow.token });
    assert.equal(body.flow.step.type, 'organisation');
  },
  sqlite,
);

withServerOnEach('R7: 50 parallel last requests give one session', async ({ server, browser }) => {
  const anna = await server.user('alpha', 'anna');
  const flow = await startToCode(browser, anna);
  const replies = await Promise.all(Array.from({ length: 50 }, () => submit(browser, flow, totp(anna))));
  assert.equal(sessionsIn(replies), 1);
  assert.equal(replies.filter(({ status }) => status === 200).length, 1);
  for (const { status } of replies) assert.ok([200, 409, 410, 422].includes(status), String(status));
  const again = await submit(browser, flow, totp(anna, 1));
  assert.equal(sessionsIn([again]), 0);
  assert.notEqual(again.status, 200);
});

withServerOnEach('R14: 50 parallel uses of one code in 50 flows give one session', async ({ server, browser }) => {
  const anna = await server.user('alpha', 'anna');
  const flows: HeldFlow[] = [];
  // The flows start one after another: parallel starts without a cookie would belong to fifty browsers, and the cookie
  // jar would keep the flow cookie of only one.
  while (flows.length < 50) flows.push(await startToCode(browser, anna));
  for (const { reply } of flows) assert.equal(reply.body.flow.step.type, 'totp');
  const replies = await Promise.all(flows.map((flow) => submit(browser, flow, totp(anna))));
  assert.equal(sessionsIn(replies), 1);
});

withServerOnEach('R43: of 200 parallel guesses at most ten are evaluated', async ({ server, browser }) => {
  const anna = await server.user('alpha', 'anna');
  const flow = await startToCode(browser, anna);
  const right = anna.code();
  const wrong = (n: number): string => String((Number(right) + 1 + n) % 1_000_000).padStart(6, '0');
  const guesses = Array.from({ length: 200 }, (_, n) => submit(browser, flow, { step: 'totp', code: wrong(n * 37) }));
  const replies = await Promise.all(guesses);
  const codes = replies.map(({ body }) => body.code as string);
  const evaluated = codes.filter((code) => /wrong-code|code-|clock-off/.test(code)).length;
  // The tenth is evaluated too, but its response is the lock that it caused.
  assert.ok(evaluated <= 10, `${evaluated} were evaluated`);
  assert.equal(sessionsIn(replies), 0);
  const locked = await submit(browser, flow, totp(anna));
  assert.equal(locked.body.flow.step.type, 'locked', 'the correct code is not evaluated either');
});
