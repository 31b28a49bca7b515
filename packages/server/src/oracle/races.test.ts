import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import type { Outcome } from '../flow/context.ts';
import { FlowError } from '../flow/rules/step-definition.ts';
import { linkFor, tokenIn } from '../flow/testing/links.ts';
import { type Browser, World } from '../flow/testing/world.ts';
import type { LinkPurpose } from '../links/make-link.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { takeLease } from '../store/upkeep/sweep.ts';

/*
 * Threat: what may be used once is used at once, over many flows and two instances, and helps more than once.
 */

const COPIES = 50;
const MINUTE = 60_000;

type Worlds = readonly [World, World];
/** One try to use the thing: whether it helped. */
type Use = () => Promise<boolean>;

interface Race {
  title: string;
  /** Makes the thing, and the tries to use it. */
  begin(worlds: Worlds): Promise<readonly Use[]>;
  /** What must be true afterwards. */
  after?(worlds: Worlds): Promise<void>;
}

/** Enough attempts for all copies: what decides here is the thing itself, not the lock. */
const open = { locks: { soft: 100, hard: 100 } } as const;

async function worldsOn(fixture: Fixture, policy: object = open): Promise<Worlds> {
  const worlds = [
    new World(fixture.database, fixture.clock),
    new World(await fixture.openAnother(), fixture.clock),
  ] as const;
  await worlds[0].organisation({ policy });
  return worlds;
}

/** Browsers that take turns on the two instances, each brought to a step. */
async function browsers(worlds: Worlds, bring: (browser: Browser) => Promise<unknown>): Promise<Browser[]> {
  const all = Array.from({ length: COPIES }, (_, index) => (worlds[index % 2] as World).browser());
  for (const browser of all) await bring(browser);
  return all;
}

/** A flow that ended meanwhile helped nobody. */
async function helped(asked: Promise<Outcome>, how: (outcome: Outcome) => boolean): Promise<boolean> {
  try {
    const outcome = await asked;
    return outcome.refusal === undefined && how(outcome);
  } catch (error) {
    if (error instanceof FlowError) return false;
    throw error;
  }
}

const hasSession = ({ issued }: Outcome): boolean => issued?.session !== undefined;
const isDone = ({ flow }: Outcome): boolean => flow.step.type === 'done';
const goesOn = ({ flow }: Outcome): boolean => flow.step.type !== 'new-password';

/** A mailed link in fifty flows. */
const link = (purpose: LinkPurpose, use: (browser: Browser, index: number) => Promise<Outcome>): Race => ({
  title: `R31 a link to ${purpose} in ${COPIES} flows`,
  async begin(worlds) {
    const [world] = worlds;
    const person = await world.user(purpose === 'activate' ? { without: 'password' } : {});
    const token = await linkFor(world, person, purpose);
    const all = await browsers(worlds, async (browser) => await browser.start(purpose, [], token));
    return all.map((browser, index) => () => helped(use(browser, index), purpose === 'unlock' ? isDone : goesOn));
  },
});

const choose = (browser: Browser, index: number): Promise<Outcome> =>
  browser.submit({ step: 'new-password', password: `a chosen sentence of number ${index}` });

/** Types the code of the secret that a set-up shows, where it still shows one. */
async function bind(browser: Browser): Promise<boolean> {
  const step = await browser.step().catch(() => undefined);
  if (step?.type !== 'enroll-totp') return false;
  const code = browser.world.code({ secret: decodeSecret(step.secret) });
  return await helped(browser.submit({ step: 'enroll-totp', code }), () => true);
}

async function oneActiveFactor([world]: Worlds): Promise<void> {
  const rows = await world.database.read.selectFrom('factors').selectAll().where('state', '=', 'active').execute();
  assert.equal(rows.length, 1);
}

const races: readonly Race[] = [
  {
    title: `R14 a code in ${COPIES} flows of two instances`,
    async begin(worlds) {
      const [world] = worlds;
      const ada = await world.user();
      const all = await browsers(worlds, async (browser) => await browser.password(ada));
      const code = world.code(ada);
      return all.map((browser) => () => helped(browser.code(code), hasSession));
    },
  },
  {
    title: 'R7 the last answer of one flow, on two instances',
    async begin(worlds) {
      const ada = await worlds[0].user();
      const browser = worlds[0].browser();
      await browser.password(ada);
      const context = await browser.context();
      const inputs = [{ step: 'totp', code: worlds[0].code(ada) }] as const;
      const engines = worlds.map(({ engine }) => engine);
      return Array.from(
        { length: COPIES },
        (_, index) => () =>
          helped((engines[index % 2] as World['engine']).submit(browser.ref(), inputs, context), hasSession),
      );
    },
  },
  link('activate', choose),
  link('reset', choose),
  link('unlock', (browser) => browser.submit({ step: 'locked', action: 'unlock', way: 'mail' })),
  // The losers write an audit row of nobody's account: a read beside their transactions would use up all connections.
  {
    title: `R31 a link to register in ${COPIES} flows`,
    async begin(worlds) {
      const [world] = worlds;
      const post = {
        id: 'post',
        name: 'Post',
        username: 'email',
        policy: { ...open, selfRegistration: true },
      } as const;
      await world.organisation(post);
      await world.browser().start('register', [
        { step: 'organisation', organisation: 'post' },
        { step: 'identify', email: 'new@mail.example' },
      ]);
      const token = await tokenIn(world, 'registration');
      const all = await browsers(worlds, async (browser) => await browser.start('register', [], token));
      return all.map((browser, index) => () => helped(choose(browser, index), goesOn));
    },
  },
  {
    title: 'R40 a device token in as many logins is rotated',
    async begin(worlds) {
      const [world] = worlds;
      const ada = await world.user();
      const first = world.browser();
      await first.login(ada, true);
      world.clock.advance(2 * MINUTE);
      const all = await browsers(worlds, async (browser) => {
        browser.device = first.device;
      });
      return all.map((browser) => async () => {
        const outcome = await browser.password(ada);
        // All tabs come in; the browser holds one new token.
        assert.ok(outcome.issued?.session, 'a tab that came with the same token was refused');
        return outcome.issued.device !== undefined;
      });
    },
  },
  {
    title: 'R67 a session in as many step-ups is renewed',
    async begin(worlds) {
      const [world] = worlds;
      await world.organisation({ id: 'club', name: 'Club', policy: { ...open, factor: 'optional' } });
      const ada = await world.user({ organisation: 'club', without: 'totp' });
      const first = world.browser();
      await first.password(ada);
      const all = await browsers(worlds, async (browser) => {
        browser.session = first.session;
        await browser.start('step-up');
      });
      const input = { step: 'confirm-password', password: ada.password } as const;
      return all.map((browser) => () => helped(browser.submit(input), hasSession));
    },
  },
  {
    title: 'R66 a lease of two instances is taken',
    async begin(worlds) {
      const now = worlds[0].clock();
      return Array.from({ length: COPIES }, (_, index) => () => {
        const lease = { name: 'sweep', holder: `holder ${index}`, until: now + MINUTE, now };
        return (worlds[index % 2] as World).database.write((tx) => takeLease(tx, lease));
      });
    },
  },
  {
    title: 'R11 a new authenticator in as many changes, where one replaces the other, is bound',
    async begin(worlds) {
      const [world] = worlds;
      await world.organisation({ id: 'one', name: 'One', policy: { ...open, authenticators: 'one' } });
      const ada = await world.user({ organisation: 'one' });
      const first = world.browser();
      await first.login(ada);
      const all = await browsers(worlds, async (browser) => {
        browser.session = first.session;
        await browser.start('enroll');
        await browser.submit({ step: 'confirm-password', password: ada.password });
        world.clock.advance(30_000);
        await browser.code(world.code(ada));
      });
      return all.map((browser) => () => bind(browser));
    },
    after: oneActiveFactor,
  },
  {
    title: 'R11 a first authenticator in as many set-ups is bound',
    async begin(worlds) {
      const [world] = worlds;
      const bob = await world.user({ username: 'bob', without: 'totp' });
      const all = await browsers(worlds, async (browser) => await browser.accept(bob));
      return all.map((browser) => () => bind(browser));
    },
    after: oneActiveFactor,
  },
];

for (const { title, begin, after } of races) {
  withDatabases(`${title}: of ${COPIES} tries at once one wins`, async (fixture) => {
    const worlds = await worldsOn(fixture);
    const uses = await begin(worlds);
    const won = await Promise.all(uses.map((use) => use()));
    assert.equal(won.length, COPIES);
    assert.equal(won.filter((each) => each).length, 1);
    await after?.(worlds);
  });
}
