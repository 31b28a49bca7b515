import assert from 'node:assert/strict';
import type { PasswordHasher } from '../accounts/password-hasher.ts';
import { FlowError } from '../flow/rules/step-definition.ts';
import { linkFor } from '../flow/testing/links.ts';
import { type Browser, cheapHasher, type TestUser, World } from '../flow/testing/world.ts';
import { type Fixture, withEachDatabase } from '../store/testing/databases.ts';

/*
 * Threat: an attacker sends two hundred parallel guesses, over many flows and two instances, before the first guess is
 * counted (R43). These tests count the calls of the verifiers, not the server's own counter.
 */

const GUESSES = 200;
const FLOWS = 20;
/** The limit of the soft lock: at most this many guesses are evaluated. */
const SOFT = 10;

/** The number of guesses that were really evaluated. */
interface Watched {
  evaluations: number;
}

interface Guessing {
  title: string;
  /** Brings a browser to the step at which it guesses. */
  bring(browser: Browser, ada: TestUser): Promise<unknown>;
  guess(browser: Browser, ada: TestUser, index: number): Promise<unknown>;
  /** The number of hashes for one guess. Default 1. */
  hashes?: number;
}

const watchedHasher = (watched: Watched): PasswordHasher => {
  const hasher = cheapHasher();
  const counting =
    <A extends unknown[], T>(work: (...given: A) => Promise<T>) =>
    (...given: A): Promise<T> => {
      watched.evaluations += 1;
      return work(...given);
    };
  return {
    ...hasher,
    stats: hasher.stats,
    verify: counting(hasher.verify),
    decoy: counting(hasher.decoy),
    raw: counting(hasher.raw),
  };
};

const wrongCodes = new WeakMap<TestUser, string>();
/** A wrong code is expensive to find, so it is found once for each user. */
function wrongCodeOf(world: World, ada: TestUser): string {
  const code = wrongCodes.get(ada) ?? world.wrongCode(ada);
  wrongCodes.set(ada, code);
  return code;
}

const atCode = (browser: Browser, ada: TestUser): Promise<unknown> => browser.password(ada);

const guessings: readonly Guessing[] = [
  {
    title: 'the password of an existing name',
    bring: async () => undefined,
    guess: (browser, ada, index) => browser.password(ada, `guess ${index}`),
  },
  {
    title: 'the password of an unknown name',
    bring: async () => undefined,
    guess: (browser, ada, index) => browser.password({ ...ada, username: 'nobody' }, `guess ${index}`),
  },
  {
    title: 'the password on a known device',
    bring: async () => undefined,
    guess: (browser, ada, index) => browser.password(ada, `guess ${index}`),
  },
  {
    title: 'the password to be confirmed',
    async bring(browser) {
      await browser.start('change-password');
    },
    guess: (browser, _ada, index) => browser.submit({ step: 'confirm-password', password: `guess ${index}` }),
  },
  {
    title: 'the code of an authenticator',
    bring: atCode,
    guess: (browser, ada) => browser.code(wrongCodeOf(browser.world, ada)),
  },
  {
    title: 'a recovery code',
    // One hash for the recovery codes, and one for the help-desk code even if there is none.
    hashes: 2,
    async bring(browser, ada) {
      await browser.password(ada);
      await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    },
    guess: (browser, _ada, index) =>
      browser.submit({ step: 'recovery-code', code: `AAAA-BBBB-${String(index).padStart(4, '0')}` }),
  },
];

/** A user on two instances, and a browser that is known to the user. */
async function begin(fixture: Fixture, watched: Watched): Promise<{ ada: TestUser; worlds: World[]; own: Browser }> {
  const databases = [fixture.database, await fixture.openAnother()];
  const worlds = databases.map((database) => new World(database, fixture.clock, watchedHasher(watched)));
  const [world] = worlds as [World, World];
  await world.organisation();
  const ada = await world.user();
  await world.giveRecoveryCodes(ada);
  const own = world.browser();
  await own.login(ada, true);
  fixture.clock.advance(30_000);
  for (const each of worlds) watchKeyring(each, watched);
  return { ada, worlds, own };
}

/** Counts the openings of TOTP secrets: each is the evaluation of a code. */
function watchKeyring({ keyring }: World, watched: Watched): void {
  const { open } = keyring;
  keyring.open = (sealed, binding) => {
    if (binding[0] === 'totp') watched.evaluations += 1;
    return open(sealed, binding);
  };
}

for (const { title, bring, guess, hashes = 1 } of guessings) {
  withEachDatabase(`R43 at most ${SOFT} of ${GUESSES} parallel guesses at ${title} are evaluated`, async (fixture) => {
    const watched = { evaluations: 0 };
    const { ada, worlds, own } = await begin(fixture, watched);
    const isKnown = title.includes('known device') || title.includes('confirmed');
    const browsers: Browser[] = [];
    for (let index = 0; index < FLOWS; index += 1) {
      const browser = (worlds[index % 2] as World).browser();
      if (isKnown) Object.assign(browser, { device: own.device, session: own.session });
      await bring(browser, ada);
      browsers.push(browser);
    }
    watched.evaluations = 0;
    const guesses = Array.from({ length: GUESSES }, (_, index) =>
      guess(browsers[index % FLOWS] as Browser, ada, index),
    );
    const ends = await Promise.allSettled(guesses);
    for (const end of ends)
      if (end.status === 'rejected') assert.ok(end.reason instanceof FlowError, String(end.reason));
    assert.ok(watched.evaluations > 0, 'no guess was evaluated');
    assert.ok(watched.evaluations <= SOFT * hashes, `${watched.evaluations / hashes} guesses were evaluated`);
  });
}

withEachDatabase(
  `R43 at most ${SOFT} of ${GUESSES} parallel guesses at the old password by setting a new one are evaluated`,
  async (fixture) => {
    const watched = { evaluations: 0 };
    const { ada, worlds } = await begin(fixture, watched);
    const token = await linkFor(worlds[0] as World, ada, 'reset');
    const browsers: Browser[] = [];
    for (let index = 0; index < FLOWS; index += 1) {
      const browser = (worlds[index % 2] as World).browser();
      await browser.start('reset', [], token);
      browsers.push(browser);
    }
    watched.evaluations = 0;
    // This is the old password: each evaluation is a match, and reveals that it is in use.
    const input = { step: 'new-password', password: ada.password } as const;
    const guesses = Array.from({ length: GUESSES }, (_, index) => browsers[index % FLOWS]?.submit(input));
    await Promise.allSettled(guesses);
    assert.ok(watched.evaluations > 0 && watched.evaluations <= SOFT, `${watched.evaluations} guesses were evaluated`);
  },
);
