/*
 * Threat: a phone of a stranger is linked: by a photographed QR code, by a mailed link in the wrong hands, by guessing the code, or in
 * place of the user's old factor.
 */
import assert from 'node:assert/strict';
import type { Input } from '@tweestap/protocol';
import { stepOf, totpCode } from '../factors/totp/code.ts';
import { decodeSecret } from '../factors/totp/secret.ts';
import { type Browser, World } from '../flow/testing/world.ts';
import type { CodeContent } from '../mail/leave-code-mail.ts';
import { openContent } from '../outbox/sealed-content.ts';
import { activeFactors, isCompanion } from '../store/factors/factors.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { confirm, givePhone, newestRequest, openLink, respond } from './testing/give-phone.ts';

const operator = { actor: { role: 'administrator', name: 'root' }, reason: 'test' } as const;
const poll: Input = { step: 'enroll-push', action: 'poll' };
const methods = [{ method: 'push' as const, note: 'Ask the help desk.' }, { method: 'totp' as const }];

async function clinic({ database, clock }: Fixture, policy = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy: { methods, ...policy } });
  return world;
}

/** Brings a login to the step `enroll-push`, and returns its address. */
async function begin(world: World, given: Parameters<World['user']>[0] = {}) {
  const ada = await world.user({ email: 'ada@mail.example', without: 'totp', ...given });
  const browser = world.browser();
  await browser.accept(ada);
  await browser.submit({ step: 'enroll-method', method: 'push' });
  return { ada, browser, uri: await uriOf(browser) };
}

async function shown(browser: Browser) {
  const step = await browser.step();
  assert.ok(step.type === 'enroll-push', step.type);
  return step;
}

const uriOf = async (browser: Browser): Promise<string> => (await shown(browser)).uri;
const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;

async function mailedCode({ database, keyring }: World): Promise<{ to: string; code: string }> {
  const row = await database.read
    .selectFrom('outbox')
    .select(['id', 'data'])
    .where('template', '=', 'push-code')
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow();
  const { sealed } = JSON.parse(row.data) as { sealed: string };
  return openContent<CodeContent>(keyring, row.id, sealed);
}

withDatabases(
  'a phone is linked by a QR code and a mailed code, with a TOTP secret that comes along',
  async (fixture) => {
    const world = await clinic(fixture);
    const { ada, browser, uri } = await begin(world);
    assert.match(uri, /^https:\/\/portal\.example\/approve#mfa-push=[\w-]{43}$/);
    assert.equal(await uriOf(browser), uri, 'a reload shows another code');
    const linking = await openLink(world, uri, 'Ada’s phone');
    assert.deepEqual(
      [linking.device.state, linking.device.channel, linking.device.to],
      ['code', 'mail', 'a•••@mail.example'],
    );
    const waiting = await shown(browser);
    assert.deepEqual([waiting.state, waiting.codeAt, waiting.device], ['code', 'phone', 'Ada’s phone']);
    assert.equal((await browser.submit(poll)).flow.step.type, 'enroll-push', 'it is not confirmed');
    const mailed = await mailedCode(world);
    assert.equal(mailed.to, 'ada@mail.example');
    const confirmed = await confirm(world, linking, mailed.code);
    assert.equal(confirmed.device.state, 'waiting');
    assert.equal((await shown(browser)).state, 'linked');
    const end = await browser.submit(poll);
    assert.deepEqual([end.refusal, end.flow.step.type], [undefined, 'recovery-codes']);
    await browser.submit({ step: 'recovery-codes' });

    const rows = await activeFactors(world.database.read, ada.id);
    assert.deepEqual(rows.map(({ method, name }) => [method, name]).sort(), [
      ['push', 'Ada’s phone'],
      ['totp', 'Ada’s phone'],
    ]);
    assert.equal(rows.filter(isCompanion).length, 1);
    assert.equal(rows.find(({ method }) => method === 'push')?.external_id, linking.phone.thumbprint);
    // The phone approves the next login, and its codes work by hand (W3).
    const { secret = '' } = confirmed.totp ?? {};
    const next = world.browser();
    assert.equal((await next.password(ada)).flow.step.type, 'push');
    await next.submit({ step: 'push', action: 'switch', method: 'totp' });
    const typed = totpCode(decodeSecret(secret), stepOf(world.clock()));
    assert.equal((await next.code(typed)).flow.step.type, 'done');
    const again = world.browser();
    await again.password(ada);
    assert.equal(again.last?.flow.step.type, 'push', 'a code by hand does not make it the preferred method');
    const { row, number } = await newestRequest(world, ada);
    await respond(world, linking.phone, row, { number });
    assert.equal((await again.submit({ step: 'push', action: 'poll' })).flow.step.type, 'done');
  },
);

withDatabases(
  'R11 nothing is linked before the flow binds the phone, and an abandoned flow changes nothing',
  async (fixture) => {
    const world = await clinic(fixture);
    const { ada, uri } = await begin(world);
    const linking = await openLink(world, uri);
    await confirm(world, linking);
    assert.deepEqual(await activeFactors(world.database.read, ada.id), []);
    await assert.rejects(respond(world, linking.phone, { id: 'x', challenge: 'x' }), /not linked/);
    // Another login of the account enrolls something else, which ends the abandoned flow and its phone.
    const other = world.browser();
    await other.accept(ada);
    await other.submit({ step: 'enroll-method', method: 'totp' });
    const step = (await other.step()) as unknown as { secret: string };
    await other.submit({ step: 'enroll-totp', code: totpCode(decodeSecret(step.secret), stepOf(world.clock())) });
    await assert.rejects(confirm(world, linking), /not waiting/);
  },
);

withDatabases('R31 a link links one phone, for fifteen minutes, and only while its flow is open', async (fixture) => {
  const world = await clinic(fixture);
  const { browser, uri } = await begin(world);
  const copies = await Promise.allSettled(Array.from({ length: 6 }, () => openLink(world, uri)));
  assert.equal(copies.filter(({ status }) => status === 'fulfilled').length, 1);
  await assert.rejects(openLink(world, uri), code('link-expired'));
  await assert.rejects(openLink(world, `${uri.slice(0, -3)}AAA`), code('no-such-link'));
  // The user asks for another code, because a stranger's phone was first.
  await browser.submit({ step: 'enroll-push', action: 'resend' });
  const renewed = await uriOf(browser);
  assert.notEqual(renewed, uri);
  fixture.clock.advance(15 * 60_000);
  await assert.rejects(openLink(world, renewed), code('link-expired'));
  const { browser: second, uri: other } = await begin(world, { username: 'bob' });
  await world.engine.cancel(second.ref(), await second.context());
  await assert.rejects(openLink(world, other), code('link-expired'));
});

withEachDatabase(
  'R43 five wrong codes end the phone, also in parallel, and the screen shows a new QR code',
  async (fixture) => {
    const world = await clinic(fixture);
    const { browser, uri } = await begin(world);
    const linking = await openLink(world, uri);
    const { code: right } = await mailedCode(world);
    const wrong = right === '000000' ? '111111' : '000000';
    const tries = await Promise.allSettled(Array.from({ length: 12 }, () => confirm(world, linking, wrong)));
    const codes = tries.map((each) => (each.status === 'rejected' ? (each.reason as { code: string }).code : 'ok'));
    assert.equal(codes.filter((each) => each === 'wrong-code').length, 5);
    assert.equal(codes.filter((each) => each === 'link-expired').length, 7);
    await assert.rejects(confirm(world, linking, right), code('link-expired'));
    const step = await shown(browser);
    assert.deepEqual([step.state, step.uri === uri], ['waiting', false]);
  },
);

withDatabases('R4 another phone can’t confirm or see a phone, and a key belongs to one account', async (fixture) => {
  const world = await clinic(fixture);
  const { uri } = await begin(world);
  const linking = await openLink(world, uri);
  const { code: right } = await mailedCode(world);
  const bob = await world.user({ username: 'bob' });
  const { phone } = await givePhone(world, bob);
  await assert.rejects(confirm(world, { ...linking, phone }, right), code('not-found'));
  await confirm(world, linking, right);
  const { totp } = await confirm(world, linking, right);
  assert.equal(totp, undefined, 'the TOTP secret is given twice');
});

withDatabases('without a number and an address, the phone shows the code and the screen takes it', async (fixture) => {
  const world = await clinic(fixture);
  const { ada, browser, uri } = await begin(world, { email: null });
  const linking = await openLink(world, uri);
  const { device } = linking;
  assert.deepEqual([device.channel, device.code?.length], [undefined, 6]);
  const step = await shown(browser);
  assert.deepEqual([step.codeAt, step.actions.includes('submit')], ['screen', true]);
  assert.ok(!JSON.stringify(step).includes(device.code ?? 'none'), 'the screen shows the code of the phone');
  await assert.rejects(confirm(world, linking, device.code), code('out-of-order'), 'the phone confirms itself');
  const wrong = device.code === '000000' ? '111111' : '000000';
  assert.equal((await browser.submit({ step: 'enroll-push', code: wrong })).refusal?.code, 'wrong-code');
  const end = await browser.submit({ step: 'enroll-push', code: device.code ?? '' });
  assert.equal(end.flow.step.type, 'recovery-codes');
  assert.equal((await activeFactors(world.database.read, ada.id)).length, 2);
  const { totp } = await confirm(world, linking, device.code);
  assert.ok(totp);
});

withDatabases('R59 neither the code nor the secrets of a phone are stored in the clear', async (fixture) => {
  const world = await clinic(fixture);
  const { uri } = await begin(world);
  const linking = await openLink(world, uri);
  const { code: mailed } = await mailedCode(world);
  const { totp } = await confirm(world, linking, mailed);
  const { read } = world.database;
  const devices = await read.selectFrom('push_devices').selectAll().execute();
  const links = await read.selectFrom('push_links').selectAll().execute();
  const mails = await read.selectFrom('outbox').selectAll().execute();
  const text = JSON.stringify([devices, links, mails]);
  const secret = Buffer.from(decodeSecret(totp?.secret ?? '')).toString('base64');
  for (const each of [mailed, totp?.secret ?? 'none', secret, uri.split('=')[1] ?? 'none']) {
    assert.ok(!text.includes(each), 'a secret is stored in the clear');
  }
});

withDatabases('five wrong codes on the screen drop the phone', async (fixture) => {
  const world = await clinic(fixture);
  const { browser, uri } = await begin(world, { email: null });
  const { device } = await openLink(world, uri);
  const wrong = device.code === '000000' ? '111111' : '000000';
  for (let attempt = 1; attempt <= 5; attempt += 1) await browser.submit({ step: 'enroll-push', code: wrong });
  const step = await shown(browser);
  assert.deepEqual([step.state, step.uri === uri], ['waiting', false]);
  const late = await browser.submit({ step: 'enroll-push', code: device.code ?? '' });
  assert.equal(late.refusal?.code, 'not-allowed');
});

withDatabases('a code is not mailed where the flow began with an email', async (fixture) => {
  const world = await clinic(fixture);
  const ada = await world.user({ email: 'ada@mail.example', without: 'password' });
  await world.invite(ada);
  const [mail] = await world.database.read.selectFrom('outbox').select(['id', 'data']).execute();
  const { openLink: openMailed } = await import('../links/leave-mail.ts');
  const { link } = JSON.parse(mail?.data ?? '{}') as { link: string };
  const token =
    openMailed(world.keyring, mail?.id ?? '', link)
      .split('=')
      .at(-1) ?? '';
  const browser = world.browser();
  await browser.start('activate', [], token);
  await browser.submit({ step: 'new-password', password: 'a lamp beside the canal' });
  await browser.submit({ step: 'enroll-offer', action: 'accept' });
  await browser.submit({ step: 'enroll-method', method: 'push' });
  const { device } = await openLink(world, await uriOf(browser));
  assert.deepEqual([device.channel, typeof device.code], [undefined, 'string']);
});

withDatabases('R9 with a factor, the settings ask for it before another phone is linked', async (fixture) => {
  const world = await clinic(fixture);
  const ada = await world.user({ email: 'ada@mail.example' });
  const browser = world.browser();
  await browser.login(ada);
  fixture.clock.advance(30_000);
  const { flow } = await browser.start('enroll', [{ step: 'confirm-password', password: ada.password }]);
  assert.equal(flow.step.type, 'totp');
  await browser.code(world.code(ada));
  await browser.submit({ step: 'enroll-method', method: 'push' });
  const linking = await openLink(world, await uriOf(browser));
  await confirm(world, linking);
  await browser.submit(poll);
  const found = await activeFactors(world.database.read, ada.id, 'push');
  assert.equal(found.length, 1);
});

withDatabases('policy "one": a new phone ends the old phone and its codes in one transaction', async (fixture) => {
  const world = await clinic(fixture, { authenticators: 'one' });
  const { ada, browser, uri } = await begin(world);
  const first = await openLink(world, uri);
  const { totp } = await confirm(world, first);
  await browser.submit(poll);
  await browser.submit({ step: 'recovery-codes' });
  fixture.clock.advance(1000);
  await browser.start('enroll', [{ step: 'confirm-password', password: ada.password }]);
  const { row, number } = await newestRequest(world, ada);
  await respond(world, first.phone, row, { number });
  await browser.submit({ step: 'push', action: 'poll' });
  await browser.submit({ step: 'enroll-method', method: 'push' });
  const second = await openLink(world, await uriOf(browser));
  await confirm(world, second);
  await browser.submit(poll);
  const rows = await activeFactors(world.database.read, ada.id);
  assert.deepEqual(
    rows.map(({ external_id }) => external_id).sort(),
    [`of.${second.device.id}`, second.phone.thumbprint].sort(),
  );
  const next = world.browser();
  await next.password(ada);
  await assert.rejects(respond(world, first.phone, (await newestRequest(world, ada)).row), /not linked/);
  await next.submit({ step: 'push', action: 'switch', method: 'totp' });
  const old = totpCode(decodeSecret(totp?.secret ?? ''), stepOf(world.clock()));
  assert.equal((await next.code(old)).refusal?.code, 'old-authenticator');
});

withDatabases('the help desk mails a link, which needs a code of the account’s own factor', async (fixture) => {
  const world = await clinic(fixture);
  const ada = await world.user({ email: 'ada@mail.example' });
  const request = { ...operator, organisation: 'clinic', account: ada.username };
  const sent = await world.admin.pushLink(request);
  assert.equal(sent.to, 'ada@mail.example');
  const [mail] = await world.database.read.selectFrom('outbox').select(['id', 'data', 'template']).execute();
  assert.equal(mail?.template, 'push-link');
  const { openLink: openMailed } = await import('../links/leave-mail.ts');
  const uri = openMailed(world.keyring, mail.id, (JSON.parse(mail.data) as { link: string }).link);
  const linking = await openLink(world, uri);
  assert.deepEqual([linking.device.channel, linking.device.factorCode], [undefined, true]);
  // A mailbox alone links nothing: a wrong code counts like every code of the account.
  await assert.rejects(confirm(world, linking, world.wrongCode(ada)), code('wrong-code'));
  const browser = world.browser();
  await browser.password(ada);
  const { device, totp } = await confirm(world, linking, world.code(ada));
  assert.deepEqual([device.state, typeof totp?.secret], ['linked', 'string']);
  // R34: the new factor ends what began before.
  await assert.rejects(browser.step(), code('flow-expired'));
  const rows = await activeFactors(world.database.read, ada.id);
  assert.deepEqual(rows.map(({ method }) => method).sort(), ['push', 'totp', 'totp']);
  const bob = await world.user({ username: 'bob', email: 'bob@mail.example', without: 'totp' });
  await assert.rejects(world.admin.pushLink({ ...request, account: bob.username }), code('not-possible'));
});
