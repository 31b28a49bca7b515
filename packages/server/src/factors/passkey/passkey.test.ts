import assert from 'node:assert/strict';
import type { Input, PasskeyCreationOptions, PasskeyRequestOptions, StepOf, StepType } from '@tweestap/protocol';
import type { Outcome } from '../../flow/context.ts';
import { type Browser, type TestUser, World } from '../../flow/testing/world.ts';
import { endFactor } from '../../store/factors/end-factors.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../../store/testing/databases.ts';
import { Authenticator, type Ceremony } from './testing/authenticator.ts';
import { givePasskey } from './testing/give-passkey.ts';

/*
 * Threat: a passkey logs a user in at another account, organisation or flow, a second time, after it was removed, or without
 * the verification that a login without a password requires.
 */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const methods = [{ method: 'totp' as const }, { method: 'passkey' as const }];

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, policy = {}): Promise<World> {
  const world = new World(database, clock);
  await world.organisation({ policy: { methods, ...policy } });
  await world.organisation({ id: 'school', name: 'School', policy: { methods } });
  return world;
}

function shown<T extends StepType>({ flow }: Outcome, type: T): StepOf<T> {
  assert.equal(flow.step.type, type);
  return flow.step as StepOf<T>;
}

/** Starts a login and returns the options of the step `username`. */
async function atUsername(browser: Browser, organisation = 'clinic'): Promise<PasskeyRequestOptions> {
  const step = shown(await browser.start('login', [{ step: 'organisation', organisation }]), 'username');
  assert.ok(step.passkey && step.actions.includes('passkey'));
  return step.passkey;
}

function login(key: Authenticator, options: PasskeyRequestOptions, ceremony: Ceremony = {}): Input {
  return { step: 'username', action: 'passkey', credential: key.get(options, ceremony) };
}

const code = ({ refusal }: Outcome) => refusal?.code;

async function notices({ database }: World, { id }: TestUser): Promise<string[]> {
  const rows = await database.read.selectFrom('outbox').select('template').where('account_id', '=', id).execute();
  return rows.map(({ template }) => template);
}

withDatabases(
  'R1: a passkey with user verification logs in without username and password, at aal2',
  async (fixture) => {
    const world = await clinic(fixture);
    const user = await world.user();
    const key = await givePasskey(world, user);
    const browser = world.browser();
    const end = await browser.submit(login(key, await atUsername(browser)));
    const { amr, acr, user: who } = end.flow.step as Extract<StepOf<'done'>, { amr: unknown }>;
    assert.deepEqual([amr, acr, who.username], [['pop', 'user', 'mfa'], 'aal2', 'ada']);
    assert.ok(end.issued?.session && (await browser.sessionRow()));
  },
);

withDatabases('R1: without user verification a passkey is a second factor only', async (fixture) => {
  const world = await clinic(fixture);
  const user = await world.user({ without: 'totp' });
  const key = await givePasskey(world, user, { verifies: false });
  const browser = world.browser();
  const refused = await browser.submit(login(key, await atUsername(browser)));
  assert.deepEqual([code(refused), refused.issued], ['unverified-passkey', undefined]);
  const { options } = shown(await browser.password(user), 'passkey');
  assert.equal(options.allowCredentials?.[0]?.id, key.credentialId);
  const end = await browser.submit({ step: 'passkey', credential: key.get(options), remember: true });
  const { amr, acr } = end.flow.step as Extract<StepOf<'done'>, { amr: unknown }>;
  assert.deepEqual([amr, acr], [['pwd', 'pop', 'mfa'], 'aal2']);
});

withDatabases(
  'R23: a challenge is used once, by a right and by a wrong answer, and for five minutes',
  async (fixture) => {
    const world = await clinic(fixture);
    const user = await world.user();
    const key = await givePasskey(world, user);
    const browser = world.browser();
    const first = await atUsername(browser);
    const wrong = await browser.submit(login(key, first, { origin: 'https://evil.example' }));
    assert.equal(code(wrong), 'wrong-passkey');
    const second = shown(wrong, 'username').passkey;
    assert.ok(second && second.challenge !== first.challenge);
    assert.equal(code(await browser.submit(login(key, first))), 'wrong-passkey');

    const late = world.browser();
    const options = await atUsername(late);
    fixture.clock.advance(5 * MINUTE);
    const expired = await late.submit(login(key, options));
    assert.equal(code(expired), 'passkey-expired');
    const renewed = shown(expired, 'username').passkey;
    assert.ok(renewed && renewed.challenge !== options.challenge);
    assert.equal((await late.submit(login(key, renewed))).flow.status, 'done');
    // A page that waits on the username for long gets a new challenge by reading the flow again.
    const waiting = world.browser();
    const old = await atUsername(waiting);
    fixture.clock.advance(6 * MINUTE);
    const step = (await waiting.step()) as StepOf<'username'>;
    assert.notEqual(step.passkey?.challenge, old.challenge);
  },
);

withEachDatabase('R23: one of fifty parallel answers to a challenge logs in', async (fixture) => {
  const world = await clinic(fixture);
  const user = await world.user();
  const key = await givePasskey(world, user, { counts: false });
  const browser = world.browser();
  const input = login(key, await atUsername(browser));
  const context = await browser.context();
  const all = await Promise.allSettled(
    Array.from({ length: 50 }, () => world.engine.submit(browser.ref(), [input], context)),
  );
  const issued = all.filter((each) => each.status === 'fulfilled' && each.value.issued?.session);
  assert.equal(issued.length, 1);
});

withDatabases('R4: the answer of one flow is refused in another one', async (fixture) => {
  const world = await clinic(fixture);
  const key = await givePasskey(world, await world.user());
  const [one, other] = [world.browser(), world.browser()];
  const options = await atUsername(one);
  await atUsername(other);
  assert.equal(code(await other.submit(login(key, options))), 'wrong-passkey');
});

withDatabases(
  "R64: a passkey of another organisation or user is refused like a wrong one, and isn't unknown",
  async (fixture) => {
    const world = await clinic(fixture);
    const ada = await world.user();
    const bob = await world.user({ username: 'bob', without: 'totp' });
    const eve = await world.user({ username: 'eve', organisation: 'school' });
    const [ofAda, ofBob, ofEve] = [
      await givePasskey(world, ada),
      await givePasskey(world, bob),
      await givePasskey(world, eve),
    ];
    const browser = world.browser();
    const elsewhere = await browser.submit(login(ofEve, await atUsername(browser)));
    assert.deepEqual(elsewhere.refusal, { code: 'wrong-passkey', input: 0 });
    const { options } = shown(await browser.password(bob), 'passkey');
    const others = await browser.submit({ step: 'passkey', credential: ofAda.get(options) });
    assert.deepEqual(others.refusal, { code: 'wrong-passkey', input: 0 });
    const own = shown(others, 'passkey').options;
    assert.equal((await browser.submit({ step: 'passkey', credential: ofBob.get(own) })).flow.status, 'done');
  },
);

withDatabases(
  'a removed passkey is refused at once and reported as unknown, so that the browser removes it',
  async (fixture) => {
    const world = await clinic(fixture);
    const user = await world.user();
    const key = await givePasskey(world, user);
    const browser = world.browser();
    const options = await atUsername(browser);
    const { database, clock } = world;
    const [row] = await database.read.selectFrom('factors').select('id').where('method', '=', 'passkey').execute();
    await database.write((tx) => endFactor(tx, user.id, row?.id ?? '', 'replaced', clock()));
    const refused = await browser.submit(login(key, options));
    assert.deepEqual(refused.refusal, { code: 'wrong-passkey', unknown: true, input: 0 });
    assert.equal(refused.issued, undefined);
  },
);

withDatabases('R53: a disabled account is refused like a wrong passkey', async (fixture) => {
  const world = await clinic(fixture);
  const user = await world.user();
  const key = await givePasskey(world, user);
  const actor = { role: 'administrator', name: 'root' } as const;
  const { organisation, id: account } = user;
  await world.admin.disable({ actor, reason: 'left the clinic', organisation, account });
  const browser = world.browser();
  const refused = await browser.submit(login(key, await atUsername(browser)));
  assert.deepEqual(refused.refusal, { code: 'wrong-passkey', input: 0 });
});

withDatabases('R48 R91: a lock of the password or of codes does not stop a passkey', async (fixture) => {
  const world = await clinic(fixture);
  const user = await world.user();
  const key = await givePasskey(world, user);
  const stranger = world.browser();
  for (let attempt = 0; attempt < 10; attempt += 1) await stranger.password(user, 'a wrong password');
  assert.equal((await world.browser().password(user)).flow.step.type, 'locked');
  const browser = world.browser();
  assert.equal((await browser.submit(login(key, await atUsername(browser)))).flow.status, 'done');

  fixture.clock.advance(2 * MINUTE);
  const guessing = world.browser();
  shown(await guessing.password(user), 'passkey');
  shown(await guessing.submit({ step: 'passkey', action: 'switch', method: 'totp' }), 'totp');
  for (let attempt = 0; attempt < 10; attempt += 1) await guessing.code(world.wrongCode(user));
  const second = world.browser();
  const { options } = shown(await second.password(user), 'passkey');
  assert.equal((await second.submit({ step: 'passkey', credential: key.get(options) })).flow.status, 'done');
});

withDatabases('R22: a counter that does not rise is refused, and its user is notified', async (fixture) => {
  const world = await clinic(fixture);
  const user = await world.user();
  const key = await givePasskey(world, user);
  const browser = world.browser();
  await browser.submit(login(key, await atUsername(browser), { signCount: 50 }));
  assert.ok(browser.session);
  const copy = world.browser();
  const refused = await copy.submit(login(key, await atUsername(copy), { signCount: 50 }));
  assert.deepEqual([code(refused), refused.issued], ['wrong-passkey', undefined]);
  assert.ok((await notices(world, user)).includes('passkey-copied'));
});

withEachDatabase('R22: of two parallel logins with the same counter one is accepted', async (fixture) => {
  const world = await clinic(fixture);
  const key = await givePasskey(world, await world.user());
  const browsers = [world.browser(), world.browser()] as const;
  const inputs = [
    login(key, await atUsername(browsers[0]), { signCount: 50 }),
    login(key, await atUsername(browsers[1]), { signCount: 50 }),
  ] as const;
  const ends = await Promise.all([browsers[0].submit(inputs[0]), browsers[1].submit(inputs[1])]);
  assert.equal(ends.filter(({ issued }) => issued?.session).length, 1);
});

withDatabases('R92: a passkey of an account that is disabled meanwhile makes no session', async (fixture) => {
  const world = await clinic(fixture);
  const user = await world.user();
  const key = await givePasskey(world, user);
  const browser = world.browser();
  const input = login(key, await atUsername(browser));
  // The account is disabled after the passkey was verified and before the commit.
  const { write } = world.database;
  let isDisabled = false;
  world.database.write = async (work) => {
    if (!isDisabled) {
      isDisabled = true;
      await write((tx) => tx.updateTable('accounts').set({ state: 'disabled' }).where('id', '=', user.id).execute());
    }
    return await write(work);
  };
  const refused = await browser.submit(input);
  world.database.write = write;
  assert.deepEqual([code(refused), refused.issued], ['wrong-passkey', undefined]);
});

withDatabases(
  'R56: before a proof, the step shows the same for every username and names no passkey',
  async (fixture) => {
    const world = await clinic(fixture);
    await givePasskey(world, await world.user());
    const options = await atUsername(world.browser());
    const { challenge, ...rest } = options;
    assert.ok(challenge.length >= 22);
    assert.deepEqual(rest, { rpId: 'portal.example', timeout: 300_000, userVerification: 'required' });
    // Without passkeys in the policy, no organisation offers one.
    await world.organisation({ id: 'bakery', name: 'Bakery' });
    const browser = world.browser();
    const step = shown(await browser.start('login', [{ step: 'organisation', organisation: 'bakery' }]), 'username');
    assert.deepEqual([step.passkey, step.actions.includes('passkey')], [undefined, false]);
  },
);

/** Sets up a passkey in the settings, with a fresh factor. */
async function enrolled(browser: Browser, user: TestUser, key = new Authenticator()): Promise<Outcome> {
  const { world } = browser;
  world.clock.advance(30_000);
  await browser.start('enroll', [{ step: 'confirm-password', password: user.password }]);
  await browser.code(world.code(user));
  const { options } = shown(await browser.submit({ step: 'enroll-method', method: 'passkey' }), 'enroll-passkey');
  return await browser.submit({ step: 'enroll-passkey', credential: key.create(options) });
}

withDatabases(
  'R9: a passkey is enrolled after a fresh factor, is named after its provider, and excludes itself',
  async (fixture) => {
    const world = await clinic(fixture, { offerPasskeys: false });
    const user = await world.user();
    await world.giveRecoveryCodes(user);
    const browser = world.browser();
    await browser.login(user);
    const key = new Authenticator({ aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d', synced: true });
    assert.equal((await enrolled(browser, user, key)).flow.status, 'done');
    assert.ok((await notices(world, user)).includes('factor-added'));

    world.clock.advance(30_000);
    await browser.start('enroll', [{ step: 'confirm-password', password: user.password }]);
    // The flow asks for the method that was used last.
    const proof = shown(await browser.submit({ step: 'passkey', action: 'switch', method: 'totp' } as Input), 'totp');
    assert.ok(proof);
    await browser.code(world.code(user));
    const { options } = shown(await browser.submit({ step: 'enroll-method', method: 'passkey' }), 'enroll-passkey');
    assert.deepEqual(
      options.excludeCredentials.map(({ id }) => id),
      [key.credentialId],
    );
    assert.equal(options.user.id, key.userHandle, 'all passkeys of an account have one user handle');
    assert.equal(Buffer.from(options.user.id, 'base64url').length, 64);
    // R22 §7.1 step 26: the same credential can't be registered again.
    const again = await browser.submit({ step: 'enroll-passkey', credential: key.create(options) });
    assert.equal(code(again), 'passkey-exists');
    const { factors } = await named(world, user);
    assert.deepEqual(factors, ['1Password', 'Phone']);
  },
);

async function named({ database }: World, { id }: TestUser): Promise<{ factors: string[] }> {
  const rows = await database.read
    .selectFrom('factors')
    .select('name')
    .where('account_id', '=', id)
    .where('state', '=', 'active')
    .execute();
  return { factors: rows.map(({ name }) => name).sort() };
}

withDatabases('a login with another factor offers a passkey; "not now" holds for 30 days', async (fixture) => {
  const world = await clinic(fixture);
  const user = await world.user();
  await world.giveRecoveryCodes(user);
  const browser = world.browser();
  const offer = shown(await browser.login(user), 'enroll-offer');
  assert.deepEqual([offer.reason, offer.mandatory, offer.actions.includes('later')], ['passkey', false, true]);
  assert.ok(offer.options);
  assert.equal((await browser.submit({ step: 'enroll-offer', action: 'later' })).flow.status, 'done');
  fixture.clock.advance(DAY);
  assert.equal((await world.browser().login(user)).flow.step.type, 'done');
  fixture.clock.advance(29 * DAY);
  const later = world.browser();
  shown(await later.login(user), 'enroll-offer');
  // A browser without WebAuthn does not ask the user, so it declines nothing.
  const skipped = await later.submit({ step: 'enroll-offer', action: 'later', unsupported: true });
  assert.equal(skipped.flow.status, 'done');
  fixture.clock.advance(30_000);
  const next = world.browser();
  shown(await next.login(user), 'enroll-offer');
  const accepted = shown(await next.submit({ step: 'enroll-offer', action: 'accept' }), 'enroll-passkey');
  const end = await next.submit({ step: 'enroll-passkey', credential: new Authenticator().create(accepted.options) });
  const { amr } = end.flow.step as Extract<StepOf<'done'>, { amr: unknown }>;
  assert.deepEqual(amr, ['pwd', 'otp', 'pop', 'user', 'mfa']);
});

withDatabases('the browser may create the offered passkey without asking, but no other one', async (fixture) => {
  const world = await clinic(fixture);
  const user = await world.user();
  await world.giveRecoveryCodes(user);
  const browser = world.browser();
  const { options } = shown(await browser.login(user), 'enroll-offer');
  const untouched = { flags: { up: false, uv: false } };
  const create = (given: PasskeyCreationOptions | undefined, ceremony: Ceremony) =>
    new Authenticator({ synced: true }).create(given as PasskeyCreationOptions, ceremony);
  const wrong = await browser.submit({
    ...{ step: 'enroll-offer', action: 'passkey' },
    credential: create(options, { ...untouched, origin: 'https://evil.example' }),
  } as Input);
  assert.equal(code(wrong), 'wrong-passkey');
  const again = shown(wrong, 'enroll-offer').options;
  const credential = create(again, untouched);
  const end = await browser.submit({ step: 'enroll-offer', action: 'passkey', credential } as Input);
  assert.equal(end.flow.status, 'done');
  // R9: without a factor in this flow, as after a remembered device, there is no offer and no silent passkey.
  const bare = world.browser();
  const other = await world.user({ username: 'bob', without: 'totp' });
  shown(await bare.password(other), 'enroll-offer');
  const silent = await bare.submit({ step: 'enroll-offer', action: 'passkey', credential } as Input);
  assert.equal(code(silent), 'not-allowed');
});
