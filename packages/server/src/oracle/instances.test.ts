import assert from 'node:assert/strict';
import { createAdmin } from '../admin/admin.ts';
import { parseKeyring } from '../crypto/keyring.ts';
import { systemRandom } from '../crypto/tokens.ts';
import { createEngine } from '../flow/engine.ts';
import { type Browser, builtIn, cheapHasher, simulatedTimer, type TestUser, World } from '../flow/testing/world.ts';
import { withEachDatabase } from '../store/testing/databases.ts';
import { Instance } from './testing/instances/instance.ts';
import type { Cookies, Reply } from './testing/ledger/wire.ts';
import { codeOf } from './testing/moves/answers.ts';
import { definitionOf, organisationsOf } from './testing/settle/organisations.ts';
import { addUser, operator } from './testing/settle/settle.ts';

const COPIES = 50;
const OLD = `test:${Buffer.alloc(32, 7).toString('base64')}`;
const NEW = `next:${Buffer.alloc(32, 8).toString('base64')}`;

/*
 * Threat: while all secrets are sealed with a new key, a login can't open a secret, or a secret that is enrolled meanwhile
 * is lost (R60).
 */
withEachDatabase(
  'R60 thirty users who log in on two instances while the keys are rotated all get a session',
  async (fixture) => {
    const world = new World(fixture.database, fixture.clock);
    const other = new World(await fixture.openAnother(), fixture.clock);
    await world.organisation();
    const users: TestUser[] = [];
    for (let index = 0; index < 30; index += 1) users.push(await world.user({ username: `user${index}` }));
    // One instance was restarted with the new key first; the other still has the old key first.
    const keyrings = [parseKeyring(`${NEW},${OLD}`), parseKeyring(`${OLD},${NEW}`)] as const;
    const engines = [world, other].map(({ database, clock, hasher }, index) =>
      createEngine({
        ...builtIn,
        ...{ database, clock, hasher, timer: simulatedTimer(), random: systemRandom },
        ...{ logger: { warn() {} }, baseUrl: 'https://portal.example' },
        keyring: keyrings[index as 0 | 1],
        allowedReturnTo: () => false,
      }),
    );
    const browsers: Browser[] = [];
    for (const [index, user] of users.entries()) {
      const browser = world.browser(engines[index % 2]);
      await browser.password(user);
      browsers.push(browser);
    }
    const { database, clock } = world;
    const deps = { ...builtIn, database, clock, random: systemRandom, hasher: cheapHasher(), baseUrl: undefined };
    const admin = createAdmin({ ...deps, keyring: keyrings[0] });
    const [rotated, ...outcomes] = await Promise.all([
      admin.rotateKey(operator),
      ...browsers.map((browser, index) => browser.code(world.code(users[index] as TestUser))),
    ]);
    assert.deepEqual(rotated.failed, []);
    for (const { flow, issued } of outcomes) assert.ok(issued?.session, flow.step.type);
    const left = await database.read
      .selectFrom('factors')
      .select('secret')
      .where('secret', 'like', 'v1.test.%')
      .execute();
    assert.deepEqual(left, [], 'a secret is still sealed with the old key');
  },
);

/*
 * Threat: an answer is lost, and the repeated request goes to another instance, which carries it out a second time (R7).
 */
withEachDatabase(
  `R7 one of ${COPIES} copies of a request under one Idempotency-Key on two instances is carried out`,
  async (fixture) => {
    const { database, clock } = fixture;
    const instances = [
      await Instance.start({ database, clock, monotonic: clock }),
      await Instance.start({ database: await fixture.openAnother(), clock, monotonic: clock }),
    ];
    try {
      const [{ admin, door }] = instances as [Instance, Instance];
      const clinic = { ...organisationsOf(1, clock()).clinic, soft: 100, hard: 100 };
      await admin.addOrganisation({ ...operator, organisation: definitionOf(clinic) });
      const ada = await addUser(admin, clinic, { username: 'ada', has: 'all', since: clock() });
      const inputs = [
        { step: 'organisation', organisation: clinic.id },
        { step: 'username', username: 'ada' },
        { step: 'password', password: ada.password },
      ];
      const address = '192.0.2.1';
      const body = { kind: 'login', inputs };
      const { body: begun, set } = await door({ method: 'POST', path: '/flows', body, cookies: {}, address });
      const cookies: Cookies = { flow: String(set.flow) };
      const call = {
        ...{ method: 'POST', path: `/flows/${begun.flow?.id}`, token: begun.token, key: 'the-same', cookies, address },
        body: { inputs: [{ step: 'totp', code: codeOf(ada, 19, clock()) }] },
      };
      const ask = (index: number): Promise<Reply> => (instances[index % 2] as Instance).door(call);
      const replies = await Promise.all(Array.from({ length: COPIES }, (_, index) => ask(index)));
      const answered = replies.filter(({ status }) => status === 200);
      assert.ok(answered.length > 0, 'no copy was answered');
      // A copy that could not wait for the first one is answered 503, and can be repeated.
      for (const { status } of replies) assert.ok(status === 200 || status === 503, String(status));
      assert.equal(
        new Set(answered.map(({ set: { session } }) => session)).size,
        1,
        'the copies got different answers',
      );
      const { count } = await database.read
        .selectFrom('sessions')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      assert.equal(count, 1);
    } finally {
      for (const instance of instances) instance.stop();
    }
  },
);
