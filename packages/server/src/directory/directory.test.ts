/*
 * Threat: a portal keeps its user table, and a login over it reveals who has an account, asks a stranger's factor of a user,
 * changes the table, or goes on after the portal has blocked the user or changed the password.
 */
import assert from 'node:assert/strict';

import type { systemTimer } from '../accounts/answer-floor.ts';
import { givePasskey } from '../factors/passkey/testing/give-passkey.ts';
import { decodeSecret } from '../factors/totp/secret.ts';
import { FlowError } from '../flow/rules/step-definition.ts';
import { at, tokenIn } from '../flow/testing/links.ts';
import { type Browser, builtIn, cheapHasher, simulatedTimer, type TestUser, World } from '../flow/testing/world.ts';
import { requireNewPassword } from '../store/accounts/passwords.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { checkedDirectory, type Directory } from './directory.ts';
import { type PortalTable, portalTable } from './testing/portal-table.ts';

const PASSWORD = 'correct horse battery';

interface Scene {
  world: World;
  portal: PortalTable;
  /** The user 7 of the portal, with the secret of the authenticator that was set up. */
  ada: TestUser;
}

/** A portal with the users `ada` (7) and `bob` (8). */
async function scene(
  fixture: Fixture,
  run: (scene: Scene) => Promise<void>,
  { directory = ({ directory: own }) => own, timer = simulatedTimer() }: Partial<SceneOptions> = {},
): Promise<void> {
  const portal = await portalTable(fixture);
  try {
    const lists = { ...builtIn, directory: checkedDirectory(directory(portal)) };
    const world = new World(fixture.database, fixture.clock, cheapHasher(), timer, lists);
    await world.organisation({ policy: { locks: { soft: 3 } } });
    await portal.add({ nr: 7, login: 'ada', password: PASSWORD, mail: 'ada@mail.example', name: 'Ada \u202eB' });
    await portal.add({ nr: 8, login: 'bob', password: 'another horse battery' });
    await run({ world, portal, ada: user('ada', PASSWORD) });
  } finally {
    await portal.close();
  }
}

interface SceneOptions {
  directory(portal: PortalTable): Directory;
  timer: typeof systemTimer;
}

function user(username: string, password: string): TestUser {
  const base = { id: '', organisation: 'clinic', username, password, factorId: '', recoveryCodes: [] };
  return { ...base, secret: new Uint8Array(), code: () => '' };
}

/** Logs in and sets up an authenticator; the user then has its secret. */
async function enroll({ world, ada }: Pick<Scene, 'world' | 'ada'>, browser = world.browser()): Promise<Browser> {
  at(await browser.accept(ada), 'enroll-totp');
  const { secret } = at(await browser.submit({ step: 'enroll-totp', action: 'extend' }), 'enroll-totp');
  ada.secret = decodeSecret(secret);
  at(await browser.submit({ step: 'enroll-totp', code: world.code(ada) }), 'recovery-codes');
  at(await browser.submit({ step: 'recovery-codes' }), 'done');
  world.clock.advance(30_000);
  return browser;
}

const accounts = ({ world }: Pick<Scene, 'world'>) =>
  world.database.read.selectFrom('accounts').selectAll().orderBy('created_at').execute();

withDatabases(
  'a user of the portal logs in, sets up a factor and is asked for it, and the table stays as it was',
  (fixture) =>
    scene(fixture, async (given) => {
      const { world, portal, ada } = given;
      const before = await portal.rows();
      await enroll(given);
      // Every spelling that the portal accepts is the same user, with the same factor.
      for (const username of [' ADA ', 'ada@mail.example']) {
        world.clock.advance(30_000);
        const browser = world.browser();
        at(await browser.password({ ...ada, username }), 'totp');
        const { user: shown } = at(await browser.code(world.code(ada)), 'done') as { user: object };
        assert.partialDeepStrictEqual(shown, { organisation: 'clinic', username: 'ada', name: 'Ada B' });
      }
      const rows = await accounts(given);
      assert.partialDeepStrictEqual(rows, [{ external_id: '7', username: 'ada', email: 'ada@mail.example' }]);
      assert.deepEqual([rows.length, rows[0]?.password_hash], [1, null]);
      assert.deepEqual(await portal.rows(), before);
    }),
);

withEachDatabase(
  'R53 R54 an unknown name, a wrong password and a blocked user get the same answer at the same time',
  (fixture) => {
    const timer = simulatedTimer();
    const slow = ({ directory }: PortalTable): Directory => ({
      async find(query) {
        const found = await directory.find(query);
        await timer.wait(found ? 40 : 3);
        return found;
      },
      async verifyPassword(found, password) {
        await timer.wait(250);
        return await directory.verifyPassword(found, password);
      },
    });
    return scene(
      fixture,
      async (given) => {
        const { world, portal, ada } = given;
        await portal.change(8, { blocked: 1 });
        const answers: unknown[] = [];
        for (const [username, password] of [
          ['nobody', PASSWORD],
          ['ada', 'a wrong password'],
          ['bob', 'a wrong password'],
          ['bob', 'another horse battery'],
        ]) {
          const began = timer.now();
          const { flow, refusal } = await world.browser().password({ ...ada, username: username ?? '' }, password);
          const { username: _, ...step } = at({ flow }, 'password');
          answers.push({ step, refusal, ms: timer.now() - began });
        }
        const [first] = answers;
        assert.deepEqual(answers, [first, first, first, first]);
        assert.partialDeepStrictEqual(first, { refusal: { code: 'wrong-credentials' }, ms: 1000 });
        const began = timer.now();
        at(await world.browser().password(ada), 'enroll-offer');
        assert.equal(timer.now() - began, 1000, 'a correct password takes as long');
        assert.deepEqual((await accounts(given)).length, 1, 'R93 guesses make no account');
      },
      { directory: slow, timer },
    );
  },
);

withDatabases(
  'R43 R47 all spellings of a user have one lock, and a locked name is not verified in the portal',
  (fixture) =>
    scene(fixture, async ({ world, portal, ada }) => {
      const spellings = ['ada', 'ADA', 'ada@mail.example', 'ada'];
      const codes: (string | undefined)[] = [];
      for (const username of spellings) {
        codes.push((await world.browser().password({ ...ada, username }, 'a wrong password')).refusal?.code);
      }
      assert.deepEqual(codes, ['wrong-credentials', 'wrong-credentials', 'locked', 'locked']);
      assert.equal(portal.calls.verifyPassword, 3);
      at(await world.browser().password(ada), 'locked');
      assert.equal(portal.calls.verifyPassword, 3);
    }),
);

withDatabases('R44 many guesses of a stranger do not delay the answer to the user', (fixture) => {
  const timer = simulatedTimer();
  const waits: number[] = [];
  const counting = { now: timer.now, wait: async (ms: number) => void waits.push(ms) };
  return scene(
    fixture,
    async ({ world, ada }) => {
      const guesses = Array.from({ length: 40 }, () => world.browser().password(ada, 'a wrong password'));
      await Promise.all(guesses);
      // One floor each. In turn with each other, the last answer would be given after forty.
      assert.equal(waits.length, 40);
      assert.deepEqual(new Set(waits), new Set([1000]));
    },
    { timer: counting },
  );
});

withDatabases('R34 a password that was changed in the portal ends what rests on the old one', (fixture) =>
  scene(fixture, async (given) => {
    const { world, portal, ada } = given;
    const elsewhere = await enroll(given);
    at(await elsewhere.login(ada, true), 'done');
    assert.ok(await elsewhere.sessionRow());
    world.clock.advance(30_000);
    at(await elsewhere.password(ada), 'done');
    await portal.directory.setPassword({ id: '7', username: 'ada' }, 'a new password of the portal');
    assert.ok(await elsewhere.sessionRow(), 'Tweestap does not know it yet');
    const changed = { ...ada, password: 'a new password of the portal' };
    at(await world.browser().password(ada), 'password');
    at(await world.browser().password(changed), 'totp');
    assert.equal(await elsewhere.sessionRow(), undefined);
    at(await elsewhere.password(changed), 'totp');
  }),
);

withDatabases(
  'a username that the portal gives to another user leads to none of the former user’s factors',
  (fixture) =>
    scene(fixture, async (given) => {
      const { world, portal, ada } = given;
      await enroll(given);
      await portal.change(7, { login: 'ada.old', mail: null });
      await portal.change(8, { login: 'ada' });
      const other = user('ada', 'another horse battery');
      at(await world.browser().password(other), 'enroll-offer');
      at(await world.browser().password({ ...ada, username: 'ada.old' }), 'totp');
      const names = (await accounts(given)).map(({ external_id, username_key }) => [external_id, username_key]);
      assert.deepEqual(names.sort(), [
        ['7', 'ada.old'],
        ['8', 'ada'],
      ]);
    }),
);

withDatabases('an account of the database is never taken over by a user of the portal with the same name', (fixture) =>
  scene(fixture, async (given) => {
    const { world, ada } = given;
    const own = await world.user({ username: 'ada', password: 'its own long password' });
    await assert.rejects(world.browser().password(ada), { code: 'directory-failed', message: /admin\.syncUsers/ });
    assert.equal((await world.browser().password(own)).refusal?.code, 'wrong-credentials');
    const request = { actor: { role: 'administrator', name: 'root' }, reason: 'link', organisation: 'clinic' } as const;
    const users = [{ id: '7', username: 'ada' }];
    assert.partialDeepStrictEqual(await world.admin.syncUsers({ ...request, users }), { linked: 1, added: 0 });
    // The factor that the account had is asked for.
    at(await world.browser().login({ ...own, password: PASSWORD }), 'done');
  }),
);

withDatabases('R1 a passkey logs in only a user whom the portal still has, and has not blocked', (fixture) =>
  scene(fixture, async (given) => {
    const { world, portal, ada } = given;
    await world.organisation({ policy: { methods: [{ method: 'totp' }, { method: 'passkey' }] } });
    at(await world.browser().password(ada), 'enroll-offer');
    const [row] = await accounts(given);
    const key = await givePasskey(world, { ...ada, id: row?.id ?? '' });
    const logIn = async () => {
      const browser = world.browser();
      const started = await browser.start('login', [{ step: 'organisation', organisation: 'clinic' }]);
      const { passkey } = at(started, 'username');
      assert.ok(passkey);
      return await browser.submit({ step: 'username', action: 'passkey', credential: key.get(passkey) });
    };
    at(await logIn(), 'done');
    await portal.change(7, { blocked: 1 });
    assert.equal((await logIn()).refusal?.code, 'wrong-passkey');
    // Another user has the name now.
    await portal.change(7, { blocked: 0, login: 'gone', mail: null });
    await portal.change(8, { login: 'ada' });
    assert.equal((await logIn()).refusal?.code, 'wrong-passkey');
  }),
);

withDatabases('R8 a directory that fails or hangs denies, and costs no attempt', (fixture) => {
  let fault: (() => Promise<never>) | undefined;
  const failing = ({ directory }: PortalTable): Directory => ({
    find: (query) => directory.find(query),
    verifyPassword: (found, password) => fault?.() ?? directory.verifyPassword(found, password),
  });
  return scene(
    fixture,
    async ({ world, ada }) => {
      fault = async () => {
        throw new Error('connection refused');
      };
      for (let count = 0; count < 5; count += 1) {
        await assert.rejects(world.browser().password(ada), {
          code: 'directory-failed',
          message: /connection refused/,
        });
      }
      // A portal that answers with something else than `true` denies too.
      fault = async () => ({ ok: true }) as never;
      assert.equal((await world.browser().password(ada)).refusal?.code, 'wrong-credentials');
      fault = undefined;
      at(await world.browser().password(ada), 'enroll-offer');
    },
    { directory: failing },
  );
});

withDatabases('a new password is stored in the portal once, and keeps the session in which it was chosen', (fixture) =>
  scene(fixture, async (given) => {
    const { world, portal, ada } = given;
    const browser = await enroll(given);
    at(await browser.login(ada), 'done');
    world.clock.advance(30_000);
    at(await browser.start('change-password', [{ step: 'confirm-password', password: ada.password }]), 'totp');
    at(await browser.code(world.code(ada)), 'new-password');
    const reused = await browser.submit({ step: 'new-password', password: ada.password });
    assert.deepEqual([reused.refusal?.code, reused.refusal?.reason], ['weak-password', 'reused']);
    const chosen = ['a lamp beside the canal', 'a bridge across the canal', 'a boat under the bridge'];
    const outcomes = await Promise.all(chosen.map((password) => browser.submit({ step: 'new-password', password })));
    const done = outcomes.findIndex(({ flow, refusal }) => flow.status === 'done' && !refusal);
    assert.equal(outcomes.filter(({ refusal }) => !refusal).length, 1);
    assert.equal(portal.calls.setPassword, 1, 'a submission that lost has changed the portal');
    world.clock.advance(30_000);
    assert.ok(await browser.sessionRow());
    const changed = { ...ada, password: chosen[done] ?? '' };
    at(await world.browser().login(changed), 'done');
    assert.ok(await browser.sessionRow(), 'the next login takes it for a change in the portal');
  }),
);

withDatabases('a forgotten password is reset by a link to the address of the portal', (fixture) =>
  scene(fixture, async (given) => {
    const { world, portal } = given;
    const ask = (username: string, email: string) =>
      world.browser().start('recover', [
        { step: 'organisation', organisation: 'clinic' },
        { step: 'identify', username, email },
      ]);
    at(await ask('nobody', 'nobody@mail.example'), 'mail-sent');
    at(await ask('ada', 'wrong@mail.example'), 'mail-sent');
    assert.deepEqual(await accounts(given), [], 'R93 a name without its address makes no account');
    at(await ask('ADA', 'Ada@Mail.example'), 'mail-sent');
    const browser = world.browser();
    at(await browser.start('reset', [], await tokenIn(world, 'reset')), 'new-password');
    at(await browser.submit({ step: 'new-password', password: 'a lamp beside the canal' }), 'done');
    assert.equal(portal.calls.setPassword, 1);
    at(await world.browser().password(user('ada', 'a lamp beside the canal')), 'enroll-offer');
  }),
);

withDatabases('a portal that keeps its passwords to itself is never asked to change one', (fixture) => {
  const readOnly = ({ directory: { find, verifyPassword } }: PortalTable): Directory => ({ find, verifyPassword });
  return scene(
    fixture,
    async (given) => {
      const { world, ada } = given;
      await world.organisation({ policy: { passwordExpiresAfterDays: 1 } });
      const browser = await enroll(given);
      at(await browser.login(ada), 'done');
      for (const kind of ['change-password', 'recover', 'reset', 'register'] as const) {
        await assert.rejects(
          browser.start(kind),
          (error) => error instanceof FlowError && error.code === 'not-allowed',
        );
      }
      // Neither an expired password nor a report of the user leads to a step that nobody can finish.
      const [row] = await accounts(given);
      await world.database.write((tx) => requireNewPassword(tx, row?.id ?? ''));
      world.clock.advance(3 * 24 * 3_600_000);
      at(await world.browser().login(ada), 'done');
    },
    { directory: readOnly },
  );
});
