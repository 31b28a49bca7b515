import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import type { Outcome } from '../flow/context.ts';
import { FlowError } from '../flow/rules/step-definition.ts';
import { linkFor, tokenIn } from '../flow/testing/links.ts';
import { type Browser, World } from '../flow/testing/world.ts';
import type { LinkPurpose } from '../links/make-link.ts';
import { type Fixture, withEachDatabase } from '../store/testing/databases.ts';
import { takeLease } from '../store/upkeep/sweep.ts';

/*
 * Threat: something for a single use is used in parallel, over many flows and two instances, and is accepted more than once.
 */

const COPIES = 50;
const MINUTE = 60_000;

type Worlds = readonly [World, World];
/** One use. Returns whether it succeeded. */
type Use = () => Promise<boolean>;

interface Race {
  title: string;
  /** Creates the thing, and returns its parallel uses. */
  begin(worlds: Worlds): Promise<readonly Use[]>;
  /** Checks the state after the race. */
  after?(worlds: Worlds): Promise<void>;
}

/** Enough attempts for all copies, so that no lock decides the race. */
const open = { locks: { soft: 100, hard: 100 } } as const;

async function worldsOn(fixture: Fixture, policy: object = open): Promise<Worlds> {
  const worlds = [
    new World(fixture.database, fixture.clock),
    new World(await fixture.openAnother(), fixture.clock),
  ] as const;
  await worlds[0].organisation({ policy });
  return worlds;
}

/** Browsers that use the two instances alternately, each brought to a step. */
async function browsers(worlds: Worlds, bring: (browser: Browser) => Promise<unknown>): Promise<Browser[]> {
  const all = Array.from({ length: COPIES }, (_, index) => (worlds[index % 2] as World).browser());
  for (const browser of all) await bring(browser);
  return all;
}

/** Whether a submission was accepted with the expected outcome. A flow that ended meanwhile counts as refused. */
async function succeeded(submitted: Promise<Outcome>, isExpected: (outcome: Outcome) => boolean): Promise<boolean> {
  try {
    const outcome = await submitted;
    return outcome.refusal === undefined && isExpected(outcome);
  } catch (error) {
    if (error instanceof FlowError) return false;
    throw error;
  }
}

const hasSession = ({ issued }: Outcome): boolean => issued?.session !== undefined;
const isDone = ({ flow }: Outcome): boolean => flow.step.type === 'done';
const continues = ({ flow }: Outcome): boolean => flow.step.type !== 'new-password';

/** A mailed link that is used in fifty flows. */
const link = (purpose: LinkPurpose, use: (browser: Browser, index: number) => Promise<Outcome>): Race => ({
  title: `R31 a link to ${purpose} in ${COPIES} flows is used`,
  async begin(worlds) {
    const [world] = worlds;
    const user = await world.user(purpose === 'activate' ? { without: 'password' } : {});
    const token = await linkFor(world, user, purpose);
    const all = await browsers(worlds, async (browser) => await browser.start(purpose, [], token));
    return all.map((browser, index) => () => succeeded(use(browser, index), purpose === 'unlock' ? isDone : continues));
  },
});

const choose = (browser: Browser, index: number): Promise<Outcome> =>
  browser.submit({ step: 'new-password', password: `a chosen sentence of number ${index}` });

/** Submits the code of the secret that an enrolment shows, if it still shows one. */
async function bind(browser: Browser): Promise<boolean> {
  const step = await browser.step().catch(() => undefined);
  if (step?.type !== 'enroll-totp') return false;
  const code = browser.world.code({ secret: decodeSecret(step.secret) });
  return await succeeded(browser.submit({ step: 'enroll-totp', code }), () => true);
}

async function oneActiveFactor([world]: Worlds): Promise<void> {
  const rows = await world.database.read.selectFrom('factors').selectAll().where('state', '=', 'active').execute();
  assert.equal(rows.length, 1);
}

const races: readonly Race[] = [
  {
    title: `R14 a code in ${COPIES} flows of two instances is accepted`,
    async begin(worlds) {
      const [world] = worlds;
      const ada = await world.user();
      const all = await browsers(worlds, async (browser) => await browser.password(ada));
      const code = world.code(ada);
      return all.map((browser) => () => succeeded(browser.code(code), hasSession));
    },
  },
  {
    title: 'R7 the last input of one flow on two instances gives a session',
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
          succeeded((engines[index % 2] as World['engine']).submit(browser.ref(), inputs, context), hasSession),
      );
    },
  },
  link('activate', choose),
  link('reset', choose),
  link('unlock', (browser) => browser.submit({ step: 'locked', action: 'unlock', way: 'mail' })),
  // Each refused submission writes an audit row without an account. A read outside its transaction would use up the pool.
  {
    title: `R31 a link to register in ${COPIES} flows is used`,
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
      return all.map((browser, index) => () => succeeded(choose(browser, index), continues));
    },
  },
  {
    title: `R40 a device token in ${COPIES} logins is rotated`,
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
        // All tabs get a session; the browser gets one new token.
        assert.ok(outcome.issued?.session, 'a tab with the same token was refused');
        return outcome.issued.device !== undefined;
      });
    },
  },
  {
    title: `R67 a session in ${COPIES} step-ups is renewed`,
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
      return all.map((browser) => () => succeeded(browser.submit(input), hasSession));
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
    title: `R11 a new authenticator in ${COPIES} enrolments under policy 'one' is bound`,
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
    title: `R11 a first authenticator in ${COPIES} enrolments is bound`,
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
  withEachDatabase(`${title} once in ${COPIES} parallel tries`, async (fixture) => {
    const worlds = await worldsOn(fixture);
    const uses = await begin(worlds);
    const results = await Promise.all(uses.map((use) => use()));
    assert.equal(results.length, COPIES);
    assert.equal(results.filter((isAccepted) => isAccepted).length, 1);
    await after?.(worlds);
  });
}
