import assert from 'node:assert/strict';
import type { StepOf } from '@tweestap/protocol';
import type { Outcome } from '../flow/context.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { smsKey } from '../locks/locks.ts';
import { getCounter } from '../store/counters.ts';
import { endFactor } from '../store/factors/end-factors.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { addNumber, newestCode, otherCode, sentCodes, smsPolicy } from '../testing/sent-codes.ts';

/*
 * Threat: a code works in another flow, for another account or a second time; a stranger makes an organisation pay for
 * messages; or a user is locked out because no message can be sent.
 */

const POLICY = { ...smsPolicy, remember: { choices: ['never' as const, '12h' as const], default: '12h' as const } };

async function clinic({ database, clock }: Fixture, policy: object = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy: { ...POLICY, ...policy } });
  const ada = await world.user({ without: 'totp' });
  const factorId = await addNumber(world, ada);
  return { world, ada, factorId };
}

function at({ flow }: Outcome): StepOf<'sms'> {
  assert.equal(flow.step.type, 'sms');
  return flow.step as StepOf<'sms'>;
}

const enter = (browser: Browser, code: string): Promise<Outcome> => browser.submit({ step: 'sms', code });
const resend = (browser: Browser): Promise<Outcome> => browser.submit({ step: 'sms', action: 'resend' });
const codesOf = async (world: World, { id }: TestUser) => (await sentCodes(world, id)).map(({ code }) => code);

withDatabases(
  'R24 R56 a message is sent after a correct password only, to the number of the account',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    const wrong = await browser.password(ada, 'not the password');
    assert.equal(wrong.flow.step.type, 'password');
    assert.ok(!JSON.stringify(wrong).includes('+31'));
    assert.deepEqual(await sentCodes(world, ada.id), []);
    const step = at(await browser.password(ada));
    const [message, ...more] = await sentCodes(world, ada.id);
    assert.equal(message?.to, '+31612345678');
    assert.equal(more.length, 0);
    assert.match(message?.code ?? '', /^[0-9]{6}$/);
    assert.deepEqual([message?.row.channel, message?.row.expires_at], ['sms', fixture.clock() + 600_000]);
    assert.equal(step.to, '+31 • •• •• •• 78');
    assert.equal(step.resendAt, new Date(fixture.clock() + 30_000).toISOString());
    const end = await enter(browser, message?.code ?? '');
    const { type, amr, acr } = end.flow.step as StepOf<'done'> & { amr: string[]; acr: string };
    assert.deepEqual([type, amr, acr], ['done', ['pwd', 'sms', 'mfa'], 'aal2']);
  },
);

withDatabases(
  'R25 R59 no column of any table and no answer has the code or the whole number in the clear',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    const outcomes = [await browser.password(ada)];
    const code = await newestCode(world, ada);
    outcomes.push(await enter(browser, otherCode(code)), await enter(browser, code));
    const tables = ['factors', 'challenges', 'outbox', 'flows', 'audit', 'counters'] as const;
    const rows = await Promise.all(tables.map((table) => world.database.read.selectFrom(table).selectAll().execute()));
    for (const text of [JSON.stringify(rows), JSON.stringify(outcomes)]) {
      assert.ok(!text.includes('612345678'), 'the number is in the clear');
      assert.ok(!text.includes(`"${code}"`) && !text.includes(`:${code}`), 'the code is in the clear');
    }
  },
);

withDatabases('R19 a code works once, in the flow that it was sent for and in its browser', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const [first, second] = [world.browser(), world.browser()];
  await first.password(ada);
  const own = await newestCode(world, ada);
  await second.password(ada);
  // The newest code of the account voids the older one, so the first flow needs another code.
  assert.equal((await enter(second, own)).refusal?.code, 'wrong-code', 'a code of another flow is accepted');
  assert.equal((await enter(first, own)).refusal?.code, 'code-expired', 'a code that a newer one replaced is accepted');
  const newest = await newestCode(world, ada);
  assert.equal((await enter(first, newest)).refusal?.code, 'wrong-code');
  const copies = await Promise.all(
    Array.from({ length: 8 }, async () => {
      try {
        return await second.engine.submit(second.ref(), [{ step: 'sms', code: newest }], await second.context());
      } catch {
        return undefined;
      }
    }),
  );
  assert.equal(copies.filter((outcome) => outcome?.issued?.session).length, 1, 'a code makes two sessions');
});

withDatabases('R19 the newest code voids the older ones, and sending again resets no failure', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const [old = ''] = await codesOf(world, ada);
  assert.equal((await enter(browser, otherCode(old))).refusal?.attemptsLeft, 9);
  const early = await resend(browser);
  assert.deepEqual([early.refusal?.code, early.refusal?.retryAfter], ['throttled', 30]);
  fixture.clock.advance(30_000);
  const step = at(await resend(browser));
  assert.equal(step.resendAt, new Date(fixture.clock() + 60_000).toISOString(), 'the wait doubles');
  const codes = await codesOf(world, ada);
  assert.equal(codes.length, 2);
  assert.equal((await enter(browser, old)).refusal?.code, old === codes[1] ? undefined : 'code-expired');
  assert.equal((await enter(browser, otherCode(codes[1] ?? ''))).refusal?.attemptsLeft, 8, 'a failure was reset');
  assert.equal((await enter(browser, codes[1] ?? '')).flow.step.type, 'done');
  assert.equal((await getCounter(world.database.read, smsKey(ada.id)))?.hard, 0);
});

withDatabases('R19 a code is refused after ten minutes, also after the clock was set back', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const code = await newestCode(world, ada);
  fixture.clock.advance(600_000);
  assert.equal((await enter(browser, code)).refusal?.code, 'code-expired');
  assert.equal((await codesOf(world, ada)).length, 1, 'a reload or a refusal sends no message');
  await browser.step();
  assert.equal((await codesOf(world, ada)).length, 1);
  fixture.clock.advance(-600_001);
  assert.equal((await enter(browser, code)).refusal?.code, 'code-expired');
  fixture.clock.advance(600_000);
  assert.equal((await enter(browser, code)).flow.step.type, 'done', 'one millisecond before the end');
});

withDatabases('leaving the step and returning sends no second message while the code is valid', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  await world.giveRecoveryCodes(ada);
  const browser = world.browser();
  const { methods } = at(await browser.password(ada));
  assert.deepEqual(methods, [{ method: 'recovery-code' }]);
  const other = await browser.submit({ step: 'sms', action: 'switch', method: 'recovery-code' });
  assert.deepEqual((other.flow.step as StepOf<'recovery-code'>).methods, [{ method: 'sms', to: '+31 • •• •• •• 78' }]);
  at(await browser.submit({ step: 'recovery-code', action: 'switch', method: 'sms' }));
  await browser.submit({ step: 'sms', action: 'back', to: 'password' });
  at(await browser.submit({ step: 'password', password: ada.password }));
  const codes = await codesOf(world, ada);
  assert.equal(codes.length, 1);
  assert.equal((await enter(browser, codes[0] ?? '')).flow.step.type, 'done');
});

withDatabases(
  'R24 R28 R91 at a sending limit the step is shown with the other ways, and no message is sent',
  async (fixture) => {
    const sms = { ...smsPolicy.sms, perDay: { account: 1 } };
    const { world, ada } = await clinic(fixture, { sms });
    const [paper = ''] = await world.giveRecoveryCodes(ada);
    await world.browser().password(ada);
    const browser = world.browser();
    const step = at(await browser.password(ada));
    assert.equal(step.unsent, true);
    assert.equal(step.resendAt, new Date(Date.UTC(2026, 0, 2)).toISOString(), 'the next day');
    assert.equal((await codesOf(world, ada)).length, 1);
    const early = await resend(browser);
    assert.equal(early.refusal?.code, 'throttled');
    assert.ok((early.refusal?.retryAfter ?? 0) > 3600);
    await browser.submit({ step: 'sms', action: 'switch', method: 'recovery-code' });
    assert.equal((await browser.submit({ step: 'recovery-code', code: paper })).flow.step.type, 'done');
  },
);

withEachDatabase(
  'R24 a limit that parallel logins reach leaves each with a step, and sends no message too many',
  async (fixture) => {
    const sms = { ...smsPolicy.sms, perDay: { account: 2 } };
    const { world, ada } = await clinic(fixture, { sms });
    const browsers = Array.from({ length: 6 }, () => world.browser());
    const steps = await Promise.all(browsers.map(async (browser) => at(await browser.password(ada))));
    assert.equal(steps.length, 6);
    assert.equal((await codesOf(world, ada)).length, 2);
    assert.equal(steps.filter(({ unsent }) => unsent).length, 4);
  },
);

withEachDatabase('R42 ten of 60 parallel wrong codes are evaluated, then the method is locked', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browsers = [world.browser(), world.browser(), world.browser()];
  for (const browser of browsers) await browser.password(ada);
  const guesses = Array.from({ length: 60 }, async (_, index) => {
    const browser = browsers[index % 3] as Browser;
    return await browser.engine.submit(
      browser.ref(),
      [{ step: 'sms', code: `9${index}`.padEnd(6, '0') }],
      await browser.context(),
    );
  });
  const codes = (await Promise.all(guesses)).map(({ refusal }) => refusal?.code);
  assert.equal(codes.filter((code) => code === 'wrong-code').length, 9);
  assert.equal((await getCounter(world.database.read, smsKey(ada.id)))?.hard, 10);
  const step = await world.browser().password(ada);
  assert.equal(step.flow.step.type, 'locked');
});

withDatabases('R92 a number that was removed after its code was sent proves nothing', async (fixture) => {
  const { world, ada, factorId } = await clinic(fixture, { factor: 'optional', setUp: {} });
  const browser = world.browser();
  await browser.password(ada);
  const code = await newestCode(world, ada);
  await world.database.write((tx) => endFactor(tx, ada.id, factorId, 'replaced', fixture.clock()));
  const late = await enter(browser, code);
  assert.ok(late.refusal && !late.issued);
});

withDatabases('R19 a replaced number does not receive or prove anything', async (fixture) => {
  const { world, ada, factorId } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const code = await newestCode(world, ada);
  await world.database.write((tx) => endFactor(tx, ada.id, factorId, 'replaced', fixture.clock()));
  await addNumber(world, ada, '+31687654321');
  assert.equal((await enter(browser, code)).refusal?.code, 'code-expired');
  fixture.clock.advance(30_000);
  await resend(browser);
  assert.equal((await sentCodes(world, ada.id)).at(-1)?.to, '+31687654321');
});

withDatabases('a remembered device sends no message', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  at(await browser.password(ada));
  await browser.submit({ step: 'sms', code: await newestCode(world, ada), remember: true });
  assert.equal((await browser.password(ada)).flow.step.type, 'done');
  assert.equal((await codesOf(world, ada)).length, 1);
});
