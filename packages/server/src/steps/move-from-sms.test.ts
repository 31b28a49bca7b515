import assert from 'node:assert/strict';
import type { StepOf } from '@tweestap/protocol';
import { decodeSecret } from '../factors/totp/secret.ts';
import type { Outcome } from '../flow/context.ts';
import { World } from '../flow/testing/world.ts';
import { activeFactors, allFactors } from '../store/factors/factors.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { addNumber, newestCode, smsPolicy } from '../testing/sent-codes.ts';

/* Threat: users keep the weakest factor after the organisation's last day, or lose their only one by an abandoned set-up. */

const moveFromSms = { to: 'totp', from: '2026-01-02', until: '2026-01-03', timeZone: 'UTC' } as const;
const DAY = 24 * 3_600_000;

async function clinic({ database, clock }: Fixture) {
  const world = new World(database, clock);
  await world.organisation({ policy: { ...smsPolicy, moveFromSms } });
  const ada = await world.user({ without: 'totp' });
  await addNumber(world, ada);
  await world.giveRecoveryCodes(ada);
  const browser = world.browser();
  const logIn = async () => {
    await browser.password(ada);
    return await browser.submit({ step: 'sms', code: await newestCode(world, ada) });
  };
  return { world, ada, browser, logIn };
}

const offerOf = ({ flow }: Outcome): StepOf<'enroll-offer'> => {
  assert.equal(flow.step.type, 'enroll-offer');
  return flow.step as StepOf<'enroll-offer'>;
};

withDatabases(
  'a login with a text message offers the other method from the first day, and must after the last',
  async (fixture) => {
    const { browser, logIn } = await clinic(fixture);
    assert.equal((await logIn()).flow.step.type, 'done', 'before the first day');
    fixture.clock.advance(DAY);
    for (const daysLeft of [1, 0]) {
      const { reason, method, mandatory, ...left } = offerOf(await logIn());
      assert.deepEqual(
        [reason, method, mandatory, left.daysLeft, left.until],
        ['move', 'totp', false, daysLeft, '2026-01-03'],
      );
      const later = await browser.submit({ step: 'enroll-offer', action: 'later' });
      assert.equal(later.flow.step.type, 'done');
      assert.ok(later.issued?.session);
      fixture.clock.advance(DAY);
    }
    const { mandatory, actions } = offerOf(await logIn());
    assert.deepEqual([mandatory, actions.includes('later')], [true, false]);
    const refused = await browser.submit({ step: 'enroll-offer', action: 'later' });
    assert.equal(refused.refusal?.code, 'not-allowed');
  },
);

withDatabases('the phone number ends when the other method is set up, and not before', async (fixture) => {
  const { world, ada, browser, logIn } = await clinic(fixture);
  fixture.clock.advance(DAY);
  offerOf(await logIn());
  const step = (await browser.submit({ step: 'enroll-offer', action: 'accept' })).flow.step as StepOf<'enroll-totp'>;
  assert.equal(step.type, 'enroll-totp');
  const methodsOf = async () => (await activeFactors(world.database.read, ada.id)).map(({ method }) => method);
  assert.deepEqual(await methodsOf(), ['sms'], 'an abandoned set-up ends the number');
  const secret = decodeSecret(step.secret);
  const end = await browser.submit({ step: 'enroll-totp', code: world.code({ secret }) });
  const done = end.flow.step as StepOf<'done'> & { amr: string[] };
  assert.deepEqual([done.type, done.amr], ['done', ['pwd', 'sms', 'otp', 'mfa']]);
  assert.deepEqual(await methodsOf(), ['totp']);
  assert.equal((await allFactors(world.database.read, ada.id)).length, 2);
  fixture.clock.advance(30_000);
  const next = await world.browser().password(ada);
  assert.deepEqual((next.flow.step as StepOf<'totp'>).methods, [{ method: 'recovery-code' }]);
});
