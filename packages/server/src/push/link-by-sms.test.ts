/*
 * Threat: a phone of a stranger is linked with a mailbox alone, or the limits of text messages leave a user without a way to link
 * the own phone.
 */
import assert from 'node:assert/strict';
import type { Input, StepOf } from '@tweestap/protocol';
import { type Browser, World } from '../flow/testing/world.ts';
import { openLink as openMailed } from '../links/leave-mail.ts';
import type { SmsPolicy } from '../organisations/schema.ts';
import { disableFactors } from '../store/factors/end-factors.ts';
import { activeFactors } from '../store/factors/factors.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { addNumber, NUMBER, newestCode, otherCode, sentCodes, smsPolicy } from '../testing/sent-codes.ts';
import type { TestUser } from '../testing/users.ts';
import { confirm, openLink } from './testing/give-phone.ts';

const MASKED = '+31 • •• •• •• 78';
const poll: Input = { step: 'enroll-push', action: 'poll' };
const operator = { actor: { role: 'administrator', name: 'root' }, reason: 'test' } as const;

/** An organisation in which a user moves from text messages to the phone. */
async function moving({ database, clock }: Fixture, perDay: Partial<SmsPolicy['perDay']> = {}) {
  const world = new World(database, clock);
  await world.organisation({
    policy: {
      ...smsPolicy,
      methods: [{ method: 'push', note: 'Ask the help desk.' }, ...smsPolicy.methods],
      moveFromSms: { to: 'push', from: '2026-01-01', until: '2026-12-31', timeZone: 'UTC' },
      sms: { ...smsPolicy.sms, perDay },
    },
  });
  const ada = await world.user({ email: 'ada@mail.example', without: 'totp' });
  await addNumber(world, ada);
  await world.giveRecoveryCodes(ada);
  return { world, ada };
}

/** Logs in with a text message, and accepts the offer to move to the phone. */
async function acceptMove({ world, ada }: Awaited<ReturnType<typeof moving>>) {
  const browser = world.browser();
  await browser.password(ada);
  const { flow } = await browser.submit({ step: 'sms', code: await newestCode(world, ada) });
  const { type, ...offer } = flow.step as StepOf<'enroll-offer'>;
  assert.deepEqual([type, offer.reason, offer.method, offer.mandatory], ['enroll-offer', 'move', 'push', false]);
  await browser.submit({ step: 'enroll-offer', action: 'accept' });
  return { browser, uri: (await shown(browser)).uri };
}

async function shown(browser: Browser): Promise<StepOf<'enroll-push'>> {
  const step = await browser.step();
  assert.ok(step.type === 'enroll-push', step.type);
  return step;
}

/** The address in an email of the help desk. */
async function mailLink({ admin, database, keyring }: World, user: TestUser): Promise<string> {
  await admin.pushLink({ ...operator, organisation: 'clinic', account: user.username });
  const mail = await database.read
    .selectFrom('outbox')
    .select(['id', 'data'])
    .where('template', '=', 'push-link')
    .executeTakeFirstOrThrow();
  return openMailed(keyring, mail.id, (JSON.parse(mail.data) as { link: string }).link);
}

withDatabases(
  'after a login with a text message the phone is offered, and a text message confirms it',
  async (fixture) => {
    const { world, ada } = await moving(fixture);
    const { browser, uri } = await acceptMove({ world, ada });
    const before = (await sentCodes(world, ada.id)).length;
    const linking = await openLink(world, uri);
    assert.deepEqual([linking.device.state, linking.device.channel, linking.device.to], ['code', 'sms', MASKED]);
    const { codeAt, channel, to } = await shown(browser);
    assert.deepEqual([codeAt, channel, to], ['phone', 'sms', MASKED]);
    const sent = await sentCodes(world, ada.id);
    assert.deepEqual([sent.length, sent.at(-1)?.to], [before + 1, NUMBER]);
    const right = await newestCode(world, ada);
    await assert.rejects(confirm(world, linking, otherCode(right)), { code: 'wrong-code' });
    const methodsOf = async () => (await activeFactors(world.database.read, ada.id)).map(({ method }) => method).sort();
    await confirm(world, linking, right);
    assert.deepEqual(await methodsOf(), ['sms'], 'the number ends before the flow binds the phone');
    const end = (await browser.submit(poll)).flow.step as StepOf<'done'> & { amr: string[] };
    assert.deepEqual([end.type, end.amr], ['done', ['pwd', 'sms', 'pop', 'mfa']]);
    assert.deepEqual(await methodsOf(), ['push', 'totp'], 'the number is still a factor');
    const next = world.browser();
    await next.password(ada);
    assert.equal(next.last?.flow.step.type, 'push');
  },
);

withDatabases('R25 the whole number is neither shown nor stored with a phone that is being linked', async (fixture) => {
  const { world, ada } = await moving(fixture);
  const { browser, uri } = await acceptMove({ world, ada });
  const { device } = await openLink(world, uri);
  const devices = await world.database.read.selectFrom('push_devices').selectAll().execute();
  const mails = await world.database.read.selectFrom('outbox').select('data').execute();
  const text = JSON.stringify([device, await shown(browser), devices, mails]);
  assert.ok(!text.includes(NUMBER.slice(3)), 'the number is readable');
  assert.ok(!text.includes(await newestCode(world, ada)), 'the code is readable');
});

withDatabases(
  'R24 codes of phones count in the sending limits, and at a limit another way is chosen',
  async (fixture) => {
    // The login takes one of two messages, the first phone the other.
    const { world, ada } = await moving(fixture, { account: 2 });
    const { browser, uri } = await acceptMove({ world, ada });
    assert.equal((await openLink(world, uri)).device.channel, 'sms');
    const renew = async () => {
      await browser.submit({ step: 'enroll-push', action: 'resend' });
      return (await openLink(world, (await shown(browser)).uri)).device;
    };
    assert.equal((await renew()).channel, 'mail');
    assert.equal((await sentCodes(world, ada.id)).length, 2, 'a message was sent beyond the limit');
    await world.database.write((tx) =>
      tx.updateTable('accounts').set({ email: null }).where('id', '=', ada.id).execute(),
    );
    const device = await renew();
    assert.deepEqual([device.channel, device.code?.length], [undefined, 6]);
    assert.equal((await shown(browser)).codeAt, 'screen');
    const end = await browser.submit({ step: 'enroll-push', code: device.code ?? '' });
    assert.equal(end.flow.step.type, 'done');
  },
);

withDatabases('R9 a link of the help desk is confirmed by a text message, never by an email', async (fixture) => {
  const { world, ada } = await moving(fixture);
  const linking = await openLink(world, await mailLink(world, ada));
  assert.deepEqual([linking.device.channel, linking.device.to], ['sms', MASKED]);
  const templates = await world.database.read.selectFrom('outbox').select('template').execute();
  assert.deepEqual(templates.map(({ template }) => template).sort(), ['push-link', 'sms-code']);
  const right = await newestCode(world, ada);
  await assert.rejects(confirm(world, linking, otherCode(right)), { code: 'wrong-code' });
  const { device, totp } = await confirm(world, linking, right);
  assert.deepEqual([device.state, typeof totp?.secret], ['linked', 'string']);
  assert.equal((await activeFactors(world.database.read, ada.id, 'push')).length, 1);
});

withDatabases('R91 at the sending limit a link of the help desk remains usable until the next day', async (fixture) => {
  const { world, ada } = await moving(fixture, { account: 1 });
  fixture.clock.advance(3_600_000);
  await world.browser().password(ada);
  const uri = await mailLink(world, ada);
  await assert.rejects(openLink(world, uri), { code: 'throttled', retryAfter: 23 * 3600 });
  assert.deepEqual(await world.database.read.selectFrom('push_devices').select('id').execute(), []);
  fixture.clock.advance(23 * 3_600_000);
  assert.equal((await openLink(world, uri)).device.channel, 'sms');
});

withDatabases('R91 at the sending limit a link of the help desk takes a code of the app', async (fixture) => {
  const { world, ada } = await moving(fixture, { organisation: 1 });
  await world.browser().password(ada);
  const bob = await world.user({ username: 'bob', email: 'bob@mail.example' });
  await addNumber(world, bob);
  const linking = await openLink(world, await mailLink(world, bob));
  assert.deepEqual([linking.device.channel, linking.device.factorCode], [undefined, true]);
  assert.equal((await confirm(world, linking, world.code(bob))).device.state, 'linked');
});

withDatabases('a link of the help desk ends with the last factor of its user', async (fixture) => {
  const { world, ada } = await moving(fixture);
  const uri = await mailLink(world, ada);
  await world.database.write((tx) => disableFactors(tx, ada.id, 'sms', world.clock()));
  await assert.rejects(openLink(world, uri), { code: 'link-expired' });
});
