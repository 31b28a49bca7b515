/* Threat: a stranger who knows the password uses up the text messages of a user, and so locks the user out. */
import assert from 'node:assert/strict';
import { stepOf, totpCode } from '../factors/totp/code.ts';
import { decodeSecret } from '../factors/totp/secret.ts';
import { addNumber, newestCode, smsPolicy } from '../testing/sent-codes.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { keyring } from './testing/organisations.ts';
import { first, type HeldFlow, start, submit, type World, withServer } from './testing/server.ts';
import { type SmsWay, smsWaysOut } from './testing/ways-out-sms.ts';

const DAY = 24 * 3_600_000;
const sms = { ...smsPolicy.sms, perDay: { account: 2 } };
const options = { organisations: [{ id: 'clinic', name: 'Clinic', policy: { ...smsPolicy, sms } }] };

/** One row under test, with the browser of the user. */
interface Case {
  world: World;
  user: TestUser;
  here: Browser;
}

const codeOf = ({ world: { fixture }, user }: Case): Promise<string> =>
  newestCode({ database: fixture.database, keyring }, user);

/** What the user submits at the limit. Returns the last response. */
const takeWay: Readonly<Record<SmsWay, (one: Case, flow: HeldFlow) => Promise<Reply>>> = {
  async wait(one) {
    one.world.fixture.clock.advance(DAY);
    const flow = await start(one.here, 'login', first(one.user));
    assert.equal(flow.reply.body.flow.step.unsent, undefined);
    return await submit(one.here, flow, { step: 'sms', code: await codeOf(one) });
  },
  'use a recovery code': ({ here, user }, flow) =>
    submit(
      here,
      flow,
      { step: 'sms', action: 'switch', method: 'recovery-code' },
      { step: 'recovery-code', code: user.recoveryCodes[1] },
    ),
  'use the app': ({ here, user }, flow) =>
    submit(here, flow, { step: 'sms', action: 'switch', method: 'totp' }, { step: 'totp', code: user.code() }),
  async 'use a help-desk code'({ world, here, user }, flow) {
    const { code } = await world.server.tweestap.admin.issueCode({
      ...{ actor: { role: 'helpdesk', name: 'hans', organisation: 'clinic' }, reason: 'known by voice', hours: 1 },
      ...{ organisation: 'clinic', account: user.id },
    });
    await submit(here, flow, { step: 'sms', action: 'switch', method: 'recovery-code' });
    await submit(here, flow, { step: 'recovery-code', code });
    const shown = await submit(here, flow, { step: 'enroll-method', method: 'totp' });
    const secret = decodeSecret(shown.body.flow.step.secret);
    const typed = { step: 'enroll-totp', code: totpCode(secret, stepOf(world.fixture.clock())) };
    const codes = await submit(here, flow, typed);
    return codes.body.flow.step.type === 'recovery-codes'
      ? await submit(here, flow, { step: 'recovery-codes' })
      : codes;
  },
};

withServer(
  'R91 each way out of the sending limits works, with and without email, on any device',
  async (world) => {
    const { server, fixture } = world;
    for (const [index, { email, device, way }] of smsWaysOut.entries()) {
      const user = await server.user('clinic', `user${index}`);
      if (way !== 'use the app') {
        await fixture.database.write((tx) =>
          tx.deleteFrom('factors').where('account_id', '=', user.id).where('method', '=', 'totp').execute(),
        );
      }
      await addNumber({ ...fixture, keyring }, user);
      if (email) {
        const address = { email: `${user.username}@mail.example` };
        await fixture.database.write((tx) =>
          tx.updateTable('accounts').set(address).where('id', '=', user.id).execute(),
        );
      }
      const one: Case = { world, user, here: server.browser() };
      if (device === 'known') {
        const flow = await atSms(one.here, user);
        assert.equal((await submit(one.here, flow, { step: 'sms', code: await codeOf(one) })).body.flow.status, 'done');
      }
      for (let count = 0; count < 2; count += 1) await atSms(server.browser(), user);
      const flow = await atSms(one.here, user);
      assert.equal(flow.step.unsent, true, `${way}: the limit is not reached`);
      const done = await takeWay[way](one, flow);
      assert.equal(done.body.flow?.step.type, 'done', `${way}: ${done.text}`);
      assert.equal((await one.here.get('/session')).body.session.user.id, user.id);
    }
  },
  { options },
);

/** Starts a login, up to the code by text message. */
async function atSms(browser: Browser, user: TestUser) {
  const flow = await start(browser, 'login', first(user));
  const { type } = flow.reply.body.flow.step;
  const shown =
    type === 'sms' ? flow.reply : await submit(browser, flow, { step: type, action: 'switch', method: 'sms' });
  const { step } = shown.body.flow;
  assert.equal(step.type, 'sms', shown.text);
  return { ...flow, step };
}
