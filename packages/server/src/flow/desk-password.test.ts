import assert from 'node:assert/strict';
import type { Input } from '@tweestap/protocol';
import { passwordKey } from '../locks/locks.ts';
import { countAttempt, getCounter } from '../store/counters.ts';
import { passwordCodeOf } from '../store/help-desk/desk-codes.ts';
import { withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import {
  BY_HELPER,
  begun,
  choose,
  clinic,
  codeFor,
  HOUR,
  letterFor,
  logsIn,
  NEW,
  start,
} from './testing/desk-password.ts';
import { at, linkFor } from './testing/links.ts';
import { type Browser, type TestUser, World } from './testing/world.ts';

/*
 * Threats: a helper who starts a password reset finishes it alone and takes over the account. A code or letter works twice, or
 * without a time limit. The user is not notified.
 */

const starts = {
  code: async (world: World, user: TestUser) => await start(world, user, await codeFor(world, user)),
  letter: async (world: World, user: TestUser) => {
    const token = await letterFor(world, user);
    return await begun(world.browser(), (browser) => browser.start('reset', [], token));
  },
};

for (const [name, begin] of Object.entries(starts)) {
  for (const resetBy of ['factor', 'mail'] as const) {
    withDatabases(
      `R83 a reset by ${name} requires the old factor before the new password (resetBy ${resetBy})`,
      async (fixture) => {
        const { world, ada } = await clinic(fixture, { resetBy });
        await world.giveRecoveryCodes(ada);
        const [browser, first] = await begin(world, ada);
        assert.deepEqual(at(first, 'totp').methods, [{ method: 'recovery-code' }]);
        assert.equal((await choose(browser)).refusal?.code, 'out-of-order');
        for (const input of [
          { step: 'totp', action: 'later' },
          { step: 'totp', action: 'back', to: 'identify' },
          { step: 'totp', action: 'back', to: 'enroll-offer' },
          { step: 'enroll-offer', action: 'later' },
        ] as Input[]) {
          await browser.submit(input);
          assert.equal((await browser.step()).type, 'totp', JSON.stringify(input));
        }
        assert.equal((await browser.code(world.wrongCode(ada))).refusal?.code, 'wrong-code');
        at(await browser.code(world.code(ada)), 'new-password');
        const end = await choose(browser);
        assert.deepEqual(
          [at(end, 'done'), end.issued?.session],
          [{ type: 'done', next: 'login', organisation: 'clinic', username: 'ada', actions: [] }, undefined],
        );
        assert.equal((await world.browser().password(ada)).refusal?.code, 'wrong-credentials');
        assert.ok(await logsIn(world, ada), 'the old factor no longer works');
      },
    );
  }

  withDatabases(
    `R83 a reset by ${name} accepts a recovery code of the user instead of the lost phone`,
    async (fixture) => {
      const { world, ada } = await clinic(fixture);
      const [own = ''] = await world.giveRecoveryCodes(ada);
      const [browser] = await begin(world, ada);
      await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
      at(await browser.submit({ step: 'recovery-code', code: own }), 'new-password');
      at(await choose(browser), 'done');
      assert.equal((await world.browser().password({ ...ada, password: NEW })).flow.step.type, 'totp');
    },
  );

  withDatabases(`R83 a reset by ${name} does not accept a help-desk code as the factor`, async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await world.giveRecoveryCodes(ada);
    const desk = await world.giveDeskCode(ada);
    const [browser] = await begin(world, ada);
    await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    assert.equal((await browser.submit({ step: 'recovery-code', code: desk })).refusal?.code, 'wrong-code');
    await fixture.database.write((tx) => tx.deleteFrom('recovery_codes').execute());
    const [again, first] = await begin(world, ada);
    assert.deepEqual(at(first, 'totp').methods, []);
    const forced = await again.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    assert.equal(forced.flow.step.type, 'totp');
  });

  withDatabases(
    `R83 a reset by ${name} ends when the factors are reset, and can not be started again`,
    async (fixture) => {
      const { world, ada } = await clinic(fixture);
      const [browser] = await begin(world, ada);
      await world.admin.resetFactors({ ...BY_HELPER, actor: { role: 'administrator', name: 'ria' }, account: 'ada' });
      await assert.rejects(browser.code(world.code(ada)), { code: 'flow-expired' });
      assert.equal(await passwordCodeOf(fixture.database.read, ada.id), undefined);
      const open = await fixture.database.read
        .selectFrom('links')
        .select('id')
        .where('voided_at', 'is', null)
        .execute();
      assert.deepEqual(open, []);
      await assert.rejects(world.admin.resetPassword({ ...BY_HELPER, account: 'ada', by: 'code' }), {
        code: 'not-possible',
        message: /no active factor and no recovery code left.*setPassword/,
      });
    },
  );

  withDatabases(
    `R31 a reset by ${name} is valid for one hour and one new password, and a newer one voids it`,
    async (fixture) => {
      const { world, ada } = await clinic(fixture);
      const begins = async () => await begin(world, ada);
      const [older] = await begins();
      await older.code(world.code(ada));
      fixture.clock.advance(30_000);
      const [late] = await begins();
      assert.match(
        (await choose(older)).refusal?.code ?? '',
        /^(code|link)-expired$/,
        'the older reset still sets a password',
      );
      await late.code(world.code(ada));
      fixture.clock.advance(HOUR - 1);
      await late.submit({ step: 'new-password', action: 'extend' });
      fixture.clock.advance(1);
      assert.match((await choose(late)).refusal?.code ?? '', /^(code|link)-expired$/);
      assert.ok(await logsIn(world, ada, ada.password), 'the password has changed');
    },
  );
}

withDatabases('R31 the code of a reset works once, for at most a day, and is stored as a hash', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  for (const hours of [0, 25, 1.5]) {
    await assert.rejects(codeFor(world, ada, { hours }), { code: 'bad-request' });
  }
  const code = await codeFor(world, ada, { hours: 24 });
  assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
  fixture.clock.advance(24 * HOUR - 1);
  const typed = ` ${code.toLowerCase().replaceAll('-', ' ')} `;
  const [browser, first] = await start(world, { username: 'ADA' }, typed);
  at(first, 'totp');
  const [abandoned] = await start(world, ada, code);
  await browser.code(world.code(ada));
  at(await choose(browser), 'done');
  await assert.rejects(abandoned.step(), { code: 'flow-expired' });
  assert.equal((await start(world, ada, code))[1].refusal?.code, 'code-used');
  const dump: unknown[] = [];
  for (const table of ['password_codes', 'audit', 'outbox', 'flows', 'desk_acts'] as const) {
    dump.push(await fixture.database.read.selectFrom(table).selectAll().execute());
  }
  for (const form of [code, code.replaceAll('-', '')]) assert.ok(!JSON.stringify(dump).includes(form));
});

withDatabases(
  'R31 a mailed reset, disabling the account and a newer start void the reset of the help desk',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const code = await codeFor(world, ada);
    const mailed = world.browser();
    await mailed.start('reset', [], await linkFor(world, ada, 'reset'));
    await choose(mailed);
    assert.equal((await start(world, ada, code))[1].refusal?.code, 'wrong-code');
    const second = await codeFor(world, ada);
    const third = await codeFor(world, ada);
    assert.equal((await start(world, ada, second))[1].refusal?.code, 'wrong-code');
    const setState = (state: 'active' | 'disabled') =>
      fixture.database.write((tx) => tx.updateTable('accounts').set({ state }).execute());
    await setState('disabled');
    assert.equal(
      (await start(world, ada, third))[1].refusal?.code,
      'wrong-code',
      'the code of a disabled account works',
    );
    await setState('active');
    await world.admin.disable({ ...BY_HELPER, account: 'ada' });
    await world.admin.enable({ ...BY_HELPER, account: 'ada' });
    assert.equal((await start(world, ada, third))[1].refusal?.code, 'wrong-code');
  },
);

withEachDatabase('R30 of 20 parallel new passwords with one code only one is set', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const other = new World(await fixture.openAnother(), fixture.clock);
  const codes = await world.giveRecoveryCodes(ada);
  const code = await codeFor(world, ada);
  const flows: Browser[] = [];
  // Each flow proves the factor with a different recovery code. This ends the other flows, so only the last one is used.
  for (const [index, own] of codes.entries()) {
    const [browser] = await start(index % 2 ? world : other, ada, code);
    await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    at(await browser.submit({ step: 'recovery-code', code: own }), 'new-password');
    flows.push(browser);
  }
  const last = flows.at(-1);
  assert.ok(last);
  const tries = Array.from({ length: 20 }, (_, index) => choose(last, `a lamp beside canal ${index}`));
  const outcomes = await Promise.allSettled(tries);
  const won = outcomes.filter(
    (each) => each.status === 'fulfilled' && each.value.flow.status === 'done' && !each.value.refusal,
  );
  assert.equal(won.length, 1);
  const changes = await fixture.database.read
    .selectFrom('outbox')
    .select('id')
    .where('template', '=', 'password-changed')
    .execute();
  assert.equal(changes.length, 1);
});

withDatabases(
  'D7 R82 a reset at the hard cap lifts the cap, notifies the user, and its start is in the audit',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const key = passwordKey('clinic', 'ada');
    for (let tried = 0; tried < 100; tried += 1) {
      const attempt = { key, now: world.clock(), softLimit: 1000, hardLimit: 100, wait: { first: 1, max: 1 } };
      await fixture.database.write((tx) => countAttempt(tx, attempt));
    }
    assert.equal((await world.browser().password(ada)).refusal?.code, 'locked');
    const [browser] = await start(world, ada, await codeFor(world, ada));
    await browser.code(world.code(ada));
    at(await choose(browser), 'done');
    assert.equal((await getCounter(fixture.database.read, key))?.hard, 0);
    assert.ok(await logsIn(world, ada));
    const mails = await fixture.database.read.selectFrom('outbox').select('template').orderBy('created_at').execute();
    assert.deepEqual(mails.map(({ template }) => template).sort(), ['password-changed', 'password-started']);
    const audit = await fixture.database.read.selectFrom('audit').selectAll().orderBy('seq').execute();
    const ends = audit.filter(({ event }) => event === 'reset');
    assert.equal(JSON.parse(ends[0]?.detail ?? '{}').startedBy, 'code');
    const begins = audit.filter(({ event }) => event === 'identify');
    assert.equal(begins[0]?.pseudonym, ends[0]?.pseudonym);
  },
);

withDatabases(
  'R83 a reset that the user could not finish is not started, and the error names the remedy',
  async (fixture) => {
    const { world } = await clinic(fixture, { recoveryCodes: false });
    const users = {
      bob: { given: { without: 'totp' as const }, message: /no active factor.*setPassword/ },
      eve: { given: { without: 'password' as const }, message: /never activated: send an invitation/ },
      gus: { given: { state: 'disabled' as const }, message: /disabled: enable it first/ },
    };
    for (const [username, { given, message }] of Object.entries(users)) {
      const made = await world.user({ username, ...given });
      // The policy has no recovery codes, so these codes can't be used.
      await world.giveRecoveryCodes(made);
      for (const by of ['code', 'letter'] as const) {
        const started = world.admin.resetPassword({ ...BY_HELPER, account: username, by });
        await assert.rejects(started, { code: 'not-possible', message });
      }
    }
    await assert.rejects(world.admin.resetPassword({ ...BY_HELPER, account: 'ada', by: 'mail' as 'code' }), {
      code: 'bad-request',
    });
    await assert.rejects(world.admin.resetPassword({ ...BY_HELPER, account: 'ada', by: 'letter', hours: 4 }), {
      code: 'bad-request',
    });
  },
);
