/* Threat: a request, an approval, a link or a code of a phone that was refused as expired works after the clock is set back (R86). */
import assert from 'node:assert/strict';
import { type Browser, World } from '../flow/testing/world.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { approve, confirm, givePhone, newestRequest, openLink, respond, stateOf } from './testing/give-phone.ts';

const MINUTE = 60_000;
const poll = { step: 'push', action: 'poll' } as const;
const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;

async function clinic({ database, clock }: Fixture): Promise<World> {
  const world = new World(database, clock);
  await world.organisation({ policy: { methods: [{ method: 'push', note: 'Ask the help desk.' }] } });
  return world;
}

/** A login that waits for a phone. */
async function waiting(fixture: Fixture) {
  const world = await clinic(fixture);
  const ada = await world.user();
  const { phone } = await givePhone(world, ada);
  const browser = world.browser();
  await browser.password(ada);
  return { world, ada, phone, browser };
}

const uriOf = async (browser: Browser): Promise<string> => ((await browser.step()) as unknown as { uri: string }).uri;

/** A login that shows a link for a phone. */
async function linking(fixture: Fixture, email: string | null = 'ada@mail.example') {
  const world = await clinic(fixture);
  const browser = world.browser();
  await browser.accept(await world.user({ email, without: 'totp' }));
  await browser.submit({ step: 'enroll-method', method: 'push' });
  return { world, browser, uri: await uriOf(browser) };
}

withDatabases('R86 a request that was refused as expired stays so after the clock is set back', async (fixture) => {
  const { world, ada, phone } = await waiting(fixture);
  const { row, number } = await newestRequest(world, ada);
  fixture.clock.advance(2 * MINUTE);
  await assert.rejects(respond(world, phone, row, { number }), code('request-ended'));
  fixture.clock.advance(-MINUTE);
  await assert.rejects(respond(world, phone, row, { number }), code('request-ended'));
  assert.equal(await stateOf(world, row.id), 'voided');
});

withDatabases(
  'R86 an approval that was refused as too old stays so after the clock is set back, and another can be requested',
  async (fixture) => {
    const { world, ada, phone, browser } = await waiting(fixture);
    await approve(world, phone, ada);
    fixture.clock.advance(5 * MINUTE);
    const step = (await browser.step()) as unknown as { state: string; actions: string[] };
    assert.deepEqual([step.state, step.actions.includes('resend')], ['expired', true]);
    assert.equal((await browser.submit(poll)).refusal?.code, 'code-used');
    fixture.clock.advance(-MINUTE);
    assert.equal((await browser.submit(poll)).issued, undefined);
    await browser.submit({ step: 'push', action: 'resend' });
    await approve(world, phone, ada);
    assert.ok((await browser.submit(poll)).issued?.session);
  },
);

withDatabases(
  'R21 R86 a denial stops requests until a new password, also if the clock was set back behind the last one',
  async (fixture) => {
    const { world, ada, phone } = await waiting(fixture);
    const { admin } = world;
    const setPassword = async () => {
      const operator = { actor: { role: 'administrator', name: 'root' }, reason: 'test' } as const;
      await admin.setPassword({ ...operator, organisation: 'clinic', account: 'ada', password: ada.password });
    };
    await setPassword();
    fixture.clock.advance(-30 * MINUTE);
    await world.browser().password(ada);
    await respond(world, phone, (await newestRequest(world, ada)).row, { answer: 'deny' });
    const shown = async () => {
      const browser = world.browser();
      await browser.password(ada);
      await browser.submit({ step: 'totp', action: 'switch', method: 'push' }).catch(() => undefined);
      return ((await browser.step()) as unknown as { state?: string }).state;
    };
    assert.equal(await shown(), 'stopped');
    fixture.clock.advance(31 * MINUTE);
    await setPassword();
    assert.equal(await shown(), 'pending');
  },
);

withDatabases('R86 a link that was refused as expired stays so after the clock is set back', async (fixture) => {
  const { world, browser, uri } = await linking(fixture);
  fixture.clock.advance(14 * MINUTE);
  await browser.submit({ step: 'enroll-push', action: 'extend' });
  fixture.clock.advance(MINUTE);
  await assert.rejects(openLink(world, uri), code('link-expired'));
  fixture.clock.advance(-2 * MINUTE);
  await assert.rejects(openLink(world, uri), code('link-expired'));
});

withDatabases('R86 a phone whose code was refused as expired is dropped', async (fixture) => {
  const { world, uri } = await linking(fixture);
  const opened = await openLink(world, uri);
  fixture.clock.advance(10 * MINUTE);
  await assert.rejects(confirm(world, opened), code('link-expired'));
  fixture.clock.advance(-MINUTE);
  await assert.rejects(confirm(world, opened), /not waiting/);
});

withDatabases('R86 a phone whose code has expired on the screen is dropped', async (fixture) => {
  const { world, browser, uri } = await linking(fixture, null);
  const { device } = await openLink(world, uri);
  const input = { step: 'enroll-push', code: device.code ?? '' } as const;
  fixture.clock.advance(10 * MINUTE);
  assert.equal((await browser.submit(input)).refusal?.code, 'not-allowed');
  fixture.clock.advance(-MINUTE);
  assert.equal((await browser.submit(input)).refusal?.code, 'not-allowed');
  assert.notEqual(await uriOf(browser), uri);
});

withDatabases('a flow links the phone that opened its present link, whatever their times', async (fixture) => {
  const { world, browser, uri } = await linking(fixture);
  const failed = await openLink(world, uri);
  for (let attempt = 1; attempt <= 5; attempt += 1) await assert.rejects(confirm(world, failed, '000000'));
  fixture.clock.advance(-MINUTE / 2);
  await confirm(world, await openLink(world, await uriOf(browser), 'Another phone'));
  const step = (await browser.step()) as unknown as { state: string; device: string };
  assert.deepEqual([step.state, step.device], ['linked', 'Another phone']);
  const end = await browser.submit({ step: 'enroll-push', action: 'poll' });
  assert.equal(end.flow.step.type, 'recovery-codes');
  await assert.rejects(confirm(world, failed), /not waiting/);
});
