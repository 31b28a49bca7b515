/*
 * Threat: a login is approved by a phone of another user, by an old or changed approval, by a wrong number, twice, or for another
 * flow; or a stranger with the password tires the user with requests.
 */
import assert from 'node:assert/strict';
import type { Input } from '@tweestap/protocol';
import type { Outcome } from '../flow/context.ts';
import { World } from '../flow/testing/world.ts';
import { endFactor } from '../store/factors/end-factors.ts';
import { companionOf, insertFactor } from '../store/factors/factors.ts';
import { getPushRequest } from '../store/push/push-requests.ts';
import { linkedDevice } from '../store/push/push-subscriptions.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { answerRequest } from './answer-request.ts';
import { approve, givePhone, newestRequest, pushDepsOf, respond, stateOf } from './testing/give-phone.ts';
import { Phone } from './testing/phone.ts';

const caller = { address: '198.51.100.7', correlationId: 'test' };
const poll: Input = { step: 'push', action: 'poll' };
const resend: Input = { step: 'push', action: 'resend' };

async function clinic({ database, clock }: Fixture, match?: 'two-digits' | 'yes') {
  const world = new World(database, clock);
  await world.organisation({
    policy: { methods: [{ method: 'push' }, { method: 'totp' }], ...(match ? { push: { match } } : {}) },
  });
  const ada = await world.user();
  const { phone, id } = await givePhone(world, ada);
  return { world, ada, phone, deviceId: id };
}

/** The assurance that the last step shows. */
function assuranceOf({ flow }: Outcome) {
  const { amr, acr } = flow.step as unknown as { amr?: string[]; acr?: string };
  return [amr, acr];
}

const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;

withDatabases('R20 an approval with the number of the login screen finishes its own flow, at aal2', async (fixture) => {
  const { world, ada, phone } = await clinic(fixture);
  const browser = world.browser();
  const { flow } = await browser.password(ada);
  assert.ok(flow.step.type === 'push' && flow.step.state === 'pending' && flow.step.number?.length === 6);
  assert.equal((await browser.submit(poll)).flow.step.type, 'push', 'nothing was approved yet');
  await approve(world, phone, ada);
  assert.deepEqual(
    [(await browser.step()) as { state?: string }].map(({ state }) => state),
    ['approved'],
  );
  const end = await browser.submit(poll);
  assert.ok(end.issued?.session);
  assert.deepEqual(assuranceOf(end), [['pwd', 'pop', 'mfa'], 'aal2']);
});

withDatabases('R20 an approval of one flow finishes no other flow, of the same user or another', async (fixture) => {
  const { world, ada, phone } = await clinic(fixture);
  const bob = await world.user({ username: 'bob' });
  await givePhone(world, bob);
  const mine = world.browser();
  const thief = world.browser();
  const others = world.browser();
  await mine.password(ada);
  await others.password(bob);
  await approve(world, phone, ada);
  // A second login of the same user replaces pending requests, but not an approval of another flow.
  await thief.password(ada);
  assert.equal((await thief.submit(poll)).flow.step.type, 'push');
  assert.equal((await others.submit(poll)).flow.step.type, 'push');
  assert.equal((await mine.submit(poll)).flow.step.type, 'done');
});

withEachDatabase('R20 an approval is used once, also by parallel polls', async (fixture) => {
  const { world, ada, phone } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  await approve(world, phone, ada);
  const ends = await Promise.allSettled(Array.from({ length: 10 }, () => browser.submit(poll)));
  const done = ends.filter((end) => end.status === 'fulfilled' && end.value.issued?.session);
  assert.equal(done.length, 1);
  assert.equal(await stateOf(world, (await newestRequest(world, ada)).row.id), 'spent');
});

withDatabases('R20 a phone of another account, another key and a removed phone approve nothing', async (fixture) => {
  const { world, ada, phone, deviceId } = await clinic(fixture);
  const bob = await world.user({ username: 'bob' });
  const stolen = await givePhone(world, bob);
  const browser = world.browser();
  await browser.password(ada);
  const { row, number } = await newestRequest(world, ada);
  await assert.rejects(respond(world, stolen.phone, row, { number }), code('not-found'));
  const stranger = await Phone.create(world.clock);
  const device = await linkedDevice(world.database.read, phone.thumbprint);
  assert.ok(device);
  const forged = await stranger.answer(row, 'approve', { number });
  const renamed = await stranger.answer(row, 'approve', { number, header: { kid: phone.thumbprint } });
  for (const answer of [forged, renamed]) {
    await assert.rejects(answerRequest(pushDepsOf(world), device, { id: row.id, answer }, caller), code('bad-answer'));
  }
  await world.database.write((tx) => endFactor(tx, ada.id, deviceId, 'lost', world.clock()));
  assert.equal(await linkedDevice(world.database.read, phone.thumbprint), undefined);
  assert.equal(await stateOf(world, row.id), 'pending');
});

withDatabases('R20 an answer with a changed request, challenge, header or form is refused', async (fixture) => {
  const { world, ada, phone } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const { row, number } = await newestRequest(world, ada);
  const device = await linkedDevice(world.database.read, phone.thumbprint);
  assert.ok(device);
  const bad = [
    { number, payload: { request: 'another' } },
    { number, payload: { challenge: 'A'.repeat(43) } },
    { number, payload: { more: 1 } },
    { number, payload: { answer: 'yes' } },
    { number, header: { typ: 'JWT' } },
    { number, header: { kid: 'another' } },
    { number, header: { jwk: phone.publicKey } },
    { number: undefined },
  ];
  for (const changes of bad) {
    const answer = await phone.answer(row, 'approve', changes);
    await assert.rejects(
      answerRequest(pushDepsOf(world), device, { id: row.id, answer }, caller),
      code('bad-answer'),
      JSON.stringify(changes),
    );
  }
  const valid = await phone.answer(row, 'approve', { number });
  const [header = '', , signature = ''] = valid.split('.');
  const payload = Buffer.from(JSON.stringify({ request: row.id, challenge: row.challenge, answer: 'approve', number }));
  const tampered = `${header}.${payload.toString('base64url').replace(/.$/, 'A')}.${signature}`;
  await assert.rejects(answerRequest(pushDepsOf(world), device, { id: row.id, answer: tampered }, caller));
  assert.equal(await stateOf(world, row.id), 'pending');
  await answerRequest(pushDepsOf(world), device, { id: row.id, answer: valid }, caller);
  // The same answer again, as a replay.
  await assert.rejects(
    answerRequest(pushDepsOf(world), device, { id: row.id, answer: valid }, caller),
    code('request-ended'),
  );
});

withDatabases('R20 a wrong number denies the request after one attempt, and counts as unanswered', async (fixture) => {
  const { world, ada, phone } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const { row, number } = await newestRequest(world, ada);
  const wrong = number === '000000' ? '111111' : '000000';
  await assert.rejects(respond(world, phone, row, { number: wrong }), code('wrong-code'));
  await assert.rejects(respond(world, phone, row, { number }), code('request-ended'), 'a second attempt');
  const { flow } = await browser.submit(poll);
  assert.ok(flow.step.type === 'push' && flow.step.state === 'denied');
  await browser.submit(resend);
  await browser.submit(resend);
  const stopped = await browser.submit(resend);
  assert.ok(stopped.flow.step.type === 'push' && stopped.flow.step.state === 'stopped');
});

withDatabases('R20 an expired request can’t be approved, and an old approval can’t be used', async (fixture) => {
  const { world, ada, phone } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const { row, number } = await newestRequest(world, ada);
  fixture.clock.advance(120_000);
  await assert.rejects(respond(world, phone, row, { number }), code('request-ended'));
  await browser.submit(resend);
  await approve(world, phone, ada);
  fixture.clock.advance(5 * 60_000 + 1);
  const late = await browser.submit(poll);
  assert.deepEqual([late.refusal?.code, late.issued], ['code-used', undefined]);
});

withEachDatabase('R21 an account has one pending request, also with parallel logins', async (fixture) => {
  const { world, ada, phone } = await clinic(fixture);
  const browsers = Array.from({ length: 8 }, () => world.browser());
  await Promise.all(browsers.map((browser) => browser.password(ada)));
  const rows = await world.database.read.selectFrom('push_requests').select(['state']).execute();
  assert.equal(rows.filter(({ state }) => state === 'pending').length, 1);
  assert.ok(rows.length <= 3, `${rows.length} requests were sent`);
  await approve(world, phone, ada);
  const ends = await Promise.all(browsers.map((browser) => browser.submit(poll)));
  assert.equal(ends.filter(({ issued }) => issued?.session).length, 1);
});

withDatabases(
  'R21 after three unanswered requests in ten minutes none is sent, and a code of the app still works',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    for (let login = 0; login < 3; login += 1) await world.browser().password(ada);
    const browser = world.browser();
    const { flow } = await browser.password(ada);
    assert.ok(flow.step.type === 'push' && flow.step.state === 'stopped');
    assert.equal(flow.step.number, undefined);
    assert.ok(!flow.step.actions.includes('resend') && flow.step.resendAt);
    assert.equal((await browser.submit(resend)).refusal?.code, 'not-allowed');
    // R28, R91: the way out of a user whose requests a stranger has used up.
    await browser.submit({ step: 'push', action: 'switch', method: 'totp' });
    assert.equal((await browser.code(world.code(ada))).flow.step.type, 'done');
    fixture.clock.advance(10 * 60_000 + 1);
    const next = world.browser();
    await next.password(ada);
    const later = await next.submit({ step: 'totp', action: 'switch', method: 'push' });
    assert.ok(later.flow.step.type === 'push' && later.flow.step.state === 'pending');
  },
);

withDatabases(
  'R21 "this was not me" ends the flows of the account, stops requests and notifies the user',
  async (fixture) => {
    const { world, ada, phone } = await clinic(fixture);
    const thief = world.browser();
    await thief.password(ada);
    const { row } = await newestRequest(world, ada);
    await respond(world, phone, row, { answer: 'deny' });
    assert.equal(await stateOf(world, row.id), 'not-me');
    await assert.rejects(thief.submit(poll), code('flow-expired'));
    const mails = await world.database.read.selectFrom('outbox').select('template').execute();
    assert.ok(mails.some(({ template }) => template === 'push-denied'));
    fixture.clock.advance(24 * 3_600_000);
    const again = world.browser();
    const { flow } = await again.password(ada);
    assert.ok(flow.step.type === 'push' && flow.step.state === 'stopped', 'a day later too');
    assert.equal(flow.step.resendAt, undefined);
    // The user logs in with the app, which asks for a new password. That ends the stop.
    await again.submit({ step: 'push', action: 'switch', method: 'totp' });
    assert.equal((await again.code(world.code(ada))).flow.step.type, 'new-password');
    const password = 'another long passphrase';
    const chosen = await again.submit({ step: 'new-password', password });
    assert.equal(chosen.flow.status, 'done');
    const next = world.browser();
    await next.password({ ...ada, password });
    const asked = await next.submit({ step: 'totp', action: 'switch', method: 'push' });
    assert.ok(asked.flow.step.type === 'push' && asked.flow.step.state === 'pending');
  },
);

withDatabases('a phone that was never used is asked before the codes that come along with it', async (fixture) => {
  const world = new World(fixture.database, fixture.clock);
  await world.organisation({ policy: { methods: [{ method: 'totp' }, { method: 'push' }] } });
  const ada = await world.user({ without: 'totp' });
  const { id } = await givePhone(world, ada);
  await fixture.database.write(async (tx) => {
    await tx.updateTable('factors').set({ last_used_at: null }).execute();
    const phone = await tx.selectFrom('factors').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    await insertFactor(tx, { ...phone, id: 'codes', method: 'totp', external_id: companionOf(id), data: null });
  });
  assert.equal((await world.browser().password(ada)).flow.step.type, 'push');
});

withDatabases('R69 two digits and a plain yes reach aal1, and a step-up asks for six digits', async (fixture) => {
  for (const match of ['two-digits', 'yes'] as const) {
    const world = new World(fixture.database, fixture.clock);
    const organisation = await world.organisation({ id: match, policy: { push: { match } } });
    const ada = await world.user({ organisation, username: `ada-${match}` });
    const { phone } = await givePhone(world, ada);
    const browser = world.browser();
    const { flow } = await browser.password(ada);
    assert.ok(flow.step.type === 'push' && flow.step.digits === (match === 'yes' ? 0 : 2));
    assert.equal(flow.step.remember, undefined, 'a weak approval offers to remember the device');
    assert.equal(flow.step.number?.length, match === 'yes' ? undefined : 2);
    await approve(world, phone, ada);
    const end = await browser.submit({ step: 'push', action: 'poll', remember: true });
    assert.deepEqual(assuranceOf(end), [['pwd', 'pop'], 'aal1']);
    const devices = await world.database.read.selectFrom('devices').select('remembered_until').execute();
    assert.ok(
      devices.every(({ remembered_until }) => remembered_until === null),
      'a weak approval is remembered',
    );
    for (const kind of ['step-up', 'change-password'] as const) {
      const inputs: Input[] = kind === 'step-up' ? [] : [{ step: 'confirm-password', password: ada.password }];
      const { step } = (await browser.start(kind, inputs)).flow;
      assert.ok(step.type === 'push' && step.digits === 6, kind);
    }
  }
});

withDatabases('R59 the stored request contains neither the number nor anything to approve it with', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const { flow } = await world.browser().password(ada);
  const { row } = await newestRequest(world, ada);
  const stored = JSON.stringify(await getPushRequest(world.database.read, row.id));
  assert.ok(flow.step.type === 'push' && flow.step.number && !stored.includes(flow.step.number));
});
