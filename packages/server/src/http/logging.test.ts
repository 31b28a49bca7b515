/*
 * Threat: an attacker who reads the logs, or a response to another user, finds a secret to log in with.
 */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { pino } from 'pino';
import { encodeSecret } from '../factors/totp/secret.ts';
import { withDatabases } from '../store/testing/databases.ts';
import type { Reply } from './testing/browser.ts';
import { first, serve, start, submit, totp } from './testing/server.ts';

withDatabases(
  'R25: no log line at any level and no refusal contains a code, secret, token or typed username',
  async (fixture) => {
    let log = '';
    const sink = new Writable({
      write(chunk, _encoding, done) {
        log += String(chunk);
        done();
      },
    });
    const server = await serve(fixture, { logger: pino({ level: 'trace' }, sink) });
    const browser = server.browser();
    const anna = await server.user('alpha', 'annabella');
    const typed = ['WrongPassword-77', '918273', 'QQQQ-WWWW-EEEE', 'Mistypedname'];
    const [wrongPassword, wrongCode, wrongRecoveryCode, wrongName] = typed;
    const refusals: Reply[] = [];
    const flow = await start(browser);
    const options = { token: flow.token, headers: { 'idempotency-key': 'e'.repeat(32) } };
    const send = async (input: object): Promise<void> => void refusals.push(await submit(browser, flow, input));
    await send({ step: 'organisation', organisation: 'alpha' });
    await send({ step: 'username', username: wrongName });
    await send({ step: 'password', password: wrongPassword });
    await send({ step: 'password', action: 'back', to: 'username' });
    await send({ step: 'username', username: anna.username });
    await send({ step: 'password', password: anna.password });
    await send({ step: 'totp', code: wrongCode });
    await send({ step: 'totp', code: { nested: wrongCode } });
    await send({ step: 'totp', action: 'switch', method: 'recovery-code' });
    await send({ step: 'recovery-code', code: wrongRecoveryCode });
    await send({ step: 'recovery-code', action: 'switch', method: 'totp' });
    refusals.push(
      await browser.send('POST', `/flows/${flow.id}`, { ...options, raw: `{"password":"${wrongPassword}"` }),
    );
    await fixture.database.write((tx) => sql`alter table sessions rename to sessions_away`.execute(tx));
    await send(totp(anna));
    await fixture.database.write((tx) => sql`alter table sessions_away rename to sessions`.execute(tx));
    const code = anna.code();
    const done = await browser.post(`/flows/${flow.id}`, { inputs: [totp(anna)] }, options);
    assert.equal(done.status, 200);
    // A user without a factor: only the response to this user contains the new secret.
    const carl = await server.user('alpha', 'carl', { factor: false });
    const enrolment = await start(server.browser(), 'login', [
      ...first(carl),
      { step: 'enroll-offer', action: 'accept' },
    ]);
    const { secret } = enrolment.reply.body.flow.step;
    assert.ok(secret.length > 20);
    await server.stop();

    const secrets = [...typed, anna.password, carl.password, code, encodeSecret(anna.secret), secret, anna.username];
    secrets.push(
      ...anna.recoveryCodes,
      flow.token,
      enrolment.token,
      ...browser.cookies.values(),
      'test:',
      'e'.repeat(32),
    );
    assert.match(log, /the database did not answer/, 'the log is not empty');
    assert.match(log, /"path":"\/flows\/:id","status":422/);
    for (const each of secrets) assert.ok(!log.includes(each), `the log contains ${each}`);
    for (const { text, body } of refusals) {
      for (const each of [...typed.slice(0, 3), anna.password, code]) assert.ok(!text.includes(each), text);
      if (body.code) assert.ok(!JSON.stringify({ ...body, flow: undefined }).includes(anna.username), text);
    }
  },
);
