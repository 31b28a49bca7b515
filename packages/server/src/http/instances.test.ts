/*
 * Threat: two instances behind a load balancer each grant something that may be granted only once.
 */
import assert from 'node:assert/strict';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import type { Browser } from './testing/browser.ts';
import { login, serve, startToCode, submit, type TestServer, totp } from './testing/server.ts';

/** Two instances on one database, and for each a browser. */
interface Pair {
  servers: [TestServer, TestServer];
  both(): [Browser, Browser];
}

const withTwo = (name: string, run: (pair: Pair, fixture: Fixture) => Promise<void>): void =>
  withDatabases(name, async (fixture) => {
    const servers: Pair['servers'] = [await serve(fixture), await serve(fixture)];
    try {
      await run({ servers, both: () => [servers[0].browser(), servers[1].browser()] }, fixture);
    } finally {
      for (const server of servers) await server.stop();
    }
  });

withTwo('two servers on one database share flows, sessions and logouts', async ({ servers, both }) => {
  const anna = await servers[0].user('alpha', 'anna');
  const [one, two] = both();
  const flow = await startToCode(one, anna);
  two.sharing(one);
  assert.equal((await submit(two, flow, totp(anna))).body.flow.status, 'done');
  one.sharing(two);
  assert.equal((await one.get('/session')).status, 200);
  assert.equal((await one.delete('/session')).status, 204);
  assert.equal((await two.get('/session')).status, 401, 'R71: immediately, on all instances');
});

withTwo('R14: two servers together accept a code once, even if both receive it at the same time', async (pair) => {
  const anna = await pair.servers[0].user('alpha', 'anna');
  const tries = Array.from({ length: 20 }, async (_, n) => {
    const browser = pair.both()[n % 2] as Browser;
    return { browser, flow: await startToCode(browser, anna) };
  });
  const ready = await Promise.all(tries);
  const replies = await Promise.all(ready.map(({ browser, flow }) => submit(browser, flow, totp(anna))));
  assert.equal(replies.filter(({ setCookies }) => setCookies.some((each) => /^mfa-session=/.test(each))).length, 1);
});

withTwo('R42: wrong codes at two servers are counted together, and the lock applies to both', async (pair) => {
  const anna = await pair.servers[0].user('alpha', 'anna');
  const browsers = pair.both();
  const flows = [await startToCode(browsers[0], anna), await startToCode(browsers[1], anna)];
  const wrong = String((Number(anna.code()) + 1) % 1e6).padStart(6, '0');
  for (let n = 0; n < 10; n += 1) {
    const at = n % 2;
    await submit(browsers[at] as Browser, flows[at] as (typeof flows)[0], { step: 'totp', code: wrong });
  }
  for (const at of [0, 1]) {
    const reply = await submit(browsers[at] as Browser, flows[at] as (typeof flows)[0], totp(anna));
    assert.equal(reply.body.flow.step.type, 'locked');
  }
});

withTwo('R7: a repeated request to the other server gets the response of the first', async ({ servers, both }) => {
  const anna = await servers[0].user('alpha', 'anna');
  const [one, two] = both();
  const flow = await startToCode(one, anna);
  two.sharing(one);
  const body = { inputs: [totp(anna)] };
  const options = { token: flow.token, headers: { 'idempotency-key': 'k'.repeat(20) } };
  const [here, there] = await Promise.all([
    one.post(`/flows/${flow.id}`, body, options),
    two.post(`/flows/${flow.id}`, body, options),
  ]);
  assert.equal(here.status, 200);
  assert.deepEqual([there.text, there.setCookies], [here.text, here.setCookies]);
  assert.equal((await two.get('/session')).status, 200);
  assert.notEqual((await login(both()[0], anna)).status, 200, 'the code is used up');
});
