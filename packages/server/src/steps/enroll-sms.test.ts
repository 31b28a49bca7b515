import assert from 'node:assert/strict';
import type { StepOf } from '@tweestap/protocol';
import { openNumber } from '../factors/sms/factor.ts';
import type { Outcome } from '../flow/context.ts';
import { type Browser, World } from '../flow/testing/world.ts';
import { activeFactors, allFactors } from '../store/factors/factors.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { addNumber, newestCode, otherCode, sentCodes, smsPolicy } from '../testing/sent-codes.ts';

/* Threat: a number is enrolled without a code sent to it, or a stranger replaces the number of a user. */

async function clinic({ database, clock }: Fixture, policy: object = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy: { ...smsPolicy, ...policy } });
  return world;
}

const typeOf = ({ flow }: Outcome): string => flow.step.type;
const enter = (browser: Browser, phoneNumber: string) => browser.submit({ step: 'enroll-sms-number', phoneNumber });

/** The templates and data of the notices that were left for an account. */
async function notices({ database }: World, accountId: string) {
  const rows = await database.read.selectFrom('outbox').selectAll().where('account_id', '=', accountId).execute();
  return rows
    .filter(({ template }) => template !== 'sms-code')
    .map(({ template, data }) => ({ template, to: (JSON.parse(data) as { to?: string }).to }));
}

withDatabases('M2 R24 a number is set up with the code that was sent to it, and is stored sealed', async (fixture) => {
  const world = await clinic(fixture);
  const ada = await world.user({ without: 'totp' });
  const browser = world.browser();
  await browser.accept(ada);
  const asked = await browser.submit({ step: 'enroll-method', method: 'sms' });
  const { country, stronger } = asked.flow.step as StepOf<'enroll-sms-number'>;
  assert.deepEqual([country, stronger], ['NL', 'totp']);
  assert.deepEqual(await sentCodes(world, ada.id), []);
  const step = (await enter(browser, '06-1234 5678')).flow.step as StepOf<'enroll-sms'>;
  assert.deepEqual([step.type, step.to], ['enroll-sms', '+31 • •• •• •• 78']);
  const code = await newestCode(world, ada);
  assert.equal((await browser.submit({ step: 'enroll-sms', code: otherCode(code) })).refusal?.code, 'wrong-code');
  assert.deepEqual(await activeFactors(world.database.read, ada.id), [], 'a wrong code sets a number up');
  assert.equal(typeOf(await browser.submit({ step: 'enroll-sms', code })), 'recovery-codes');
  const [row] = await activeFactors(world.database.read, ada.id);
  assert.ok(row);
  assert.equal(openNumber(row, world.keyring), '+31612345678');
  assert.ok(!JSON.stringify(row).includes('12345678'));
  assert.deepEqual(await notices(world, ada.id), [{ template: 'factor-added', to: '+31 • •• •• •• 78' }]);
  const { amr, acr } = (await browser.submit({ step: 'recovery-codes' })).flow.step as { amr?: string[]; acr?: string };
  assert.deepEqual([amr, acr], [['pwd', 'sms', 'mfa'], 'aal2']);
});

withDatabases(
  'R24 a number that is no mobile one or of another country is refused, and no message is sent',
  async (fixture) => {
    const world = await clinic(fixture);
    const ada = await world.user({ without: 'totp' });
    const browser = world.browser();
    await browser.accept(ada);
    await browser.submit({ step: 'enroll-method', method: 'sms' });
    for (const number of ['020 123 4567', '0900 1234', '+49 1512 3456789', '+882 16 1234567', '06 123', 'abc', '112']) {
      const { refusal, flow } = await enter(browser, number);
      assert.deepEqual([refusal?.code, flow.step.type], ['bad-phone-number', 'enroll-sms-number'], number);
    }
    assert.deepEqual(await sentCodes(world, ada.id), []);
    assert.equal(typeOf(await enter(browser, '+32 470 12 34 56')), 'enroll-sms', 'a listed country');
  },
);

withDatabases(
  'M2 the number can be changed before it is set up, and only the code of the new one counts',
  async (fixture) => {
    const world = await clinic(fixture);
    const ada = await world.user({ without: 'totp' });
    const browser = world.browser();
    await browser.accept(ada);
    await browser.submit({ step: 'enroll-method', method: 'sms' });
    await enter(browser, '06 1234 5678');
    const first = await newestCode(world, ada);
    assert.equal(typeOf(await browser.submit({ step: 'enroll-sms', action: 'change-number' })), 'enroll-sms-number');
    await enter(browser, '06 8765 4321');
    const [, second] = await sentCodes(world, ada.id);
    assert.equal(second?.to, '+31687654321');
    if (first !== second.code) {
      assert.equal((await browser.submit({ step: 'enroll-sms', code: first })).refusal?.code, 'code-expired');
    }
    await browser.submit({ step: 'enroll-sms', code: second.code });
    const [row] = await activeFactors(world.database.read, ada.id);
    assert.equal(row && openNumber(row, world.keyring), '+31687654321');
  },
);

withDatabases(
  'R9 M6 a number is changed after a fresh factor only, the old one ends, and the user is told',
  async (fixture) => {
    const world = await clinic(fixture);
    const ada = await world.user({ without: 'totp' });
    const oldId = await addNumber(world, ada);
    const browser = world.browser();
    await browser.password(ada);
    await browser.submit({ step: 'sms', code: await newestCode(world, ada) });
    await browser.start('enroll', [{ step: 'confirm-password', password: ada.password }]);
    assert.equal((await browser.step()).type, 'sms', 'the password alone is enough');
    assert.equal((await enter(browser, '06 8765 4321')).refusal?.code, 'out-of-order');
    fixture.clock.advance(30_000);
    const proven = await browser.submit({ step: 'sms', code: await newestCode(world, ada) });
    assert.equal(typeOf(proven), 'enroll-method');
    await browser.submit({ step: 'enroll-method', method: 'sms' });
    await enter(browser, '06 8765 4321');
    const [still] = await activeFactors(world.database.read, ada.id);
    assert.equal(still?.id, oldId, 'an unconfirmed number replaces the old one');
    const end = await browser.submit({ step: 'enroll-sms', code: await newestCode(world, ada) });
    assert.equal(end.refusal, undefined);
    const rows = await allFactors(world.database.read, ada.id);
    assert.deepEqual(rows.map(({ state }) => state).sort(), ['active', 'replaced'], 'an account has one number');
    assert.deepEqual(await notices(world, ada.id), [{ template: 'number-changed', to: '+31 • •• •• •• 21' }]);
  },
);

withDatabases('wrong codes of a new number are counted, so it can’t be set up by guessing', async (fixture) => {
  const world = await clinic(fixture);
  const ada = await world.user({ without: 'totp' });
  const browser = world.browser();
  await browser.accept(ada);
  await browser.submit({ step: 'enroll-method', method: 'sms' });
  await enter(browser, '06 1234 5678');
  const code = await newestCode(world, ada);
  const codes: (string | undefined)[] = [];
  for (let guess = 0; guess < 11; guess += 1) {
    codes.push((await browser.submit({ step: 'enroll-sms', code: otherCode(code) })).refusal?.code);
  }
  assert.deepEqual(codes.slice(8), ['wrong-code', 'locked', 'locked']);
  assert.equal((await browser.submit({ step: 'enroll-sms', code })).refusal?.code, 'locked', 'a lock is ignored');
  fixture.clock.advance(60_000);
  assert.equal(typeOf(await browser.submit({ step: 'enroll-sms', code })), 'recovery-codes');
});

withDatabases(
  'R27 P3 the user can take the stronger method instead, and nothing of the number remains',
  async (fixture) => {
    const world = await clinic(fixture);
    const ada = await world.user({ without: 'totp' });
    const browser = world.browser();
    await browser.accept(ada);
    await browser.submit({ step: 'enroll-method', method: 'sms' });
    const other = await browser.submit({ step: 'enroll-sms-number', action: 'switch', method: 'totp' });
    assert.equal(typeOf(other), 'enroll-totp');
    for (const method of ['sms', 'recovery-code', 'email']) {
      await browser.submit({ step: 'enroll-totp', action: 'back', to: 'enroll-method' });
      await browser.submit({ step: 'enroll-method', method: 'sms' });
      const refused = await browser.submit({ step: 'enroll-sms-number', action: 'switch', method } as never);
      assert.equal(refused.refusal?.code, 'out-of-order', method);
    }
  },
);
