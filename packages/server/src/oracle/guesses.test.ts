import assert from 'node:assert/strict';
import type { PasswordHasher } from '../accounts/password-hasher.ts';
import { FlowError } from '../flow/rules/step-definition.ts';
import { linkFor } from '../flow/testing/links.ts';
import { type Browser, cheapHasher, type TestUser, World } from '../flow/testing/world.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';

/*
 * Threat: what can be guessed is guessed two hundred times at once, over many flows and two instances, before the first
 * guess is counted (R43). What is counted here is the work of verifying itself, not the server's own counter.
 */

const GUESSES = 200;
const FLOWS = 20;
/** The soft lock of the organisation: so many are evaluated at most. */
const SOFT = 10;

/** How often a guess was really looked at. */
interface Watched {
  looks: number;
}

interface Guessing {
  title: string;
  /** Brings a browser to where it guesses. */
  bring(browser: Browser, ada: TestUser): Promise<unknown>;
  guess(browser: Browser, ada: TestUser, index: number): Promise<unknown>;
  /** Hashes that one guess takes. Default 1. */
  hashes?: number;
}

const watchedHasher = (watched: Watched): PasswordHasher => {
  const hasher = cheapHasher();
  const looking =
    <A extends unknown[], T>(work: (...given: A) => Promise<T>) =>
    (...given: A): Promise<T> => {
      watched.looks += 1;
      return work(...given);
    };
  return {
    ...hasher,
    stats: hasher.stats,
    verify: looking(hasher.verify),
    decoy: looking(hasher.decoy),
    raw: looking(hasher.raw),
  };
};

const wrongCodes = new WeakMap<TestUser, string>();
/** Dear to find, so found once. */
function wrongCodeOf(world: World, ada: TestUser): string {
  const code = wrongCodes.get(ada) ?? world.wrongCode(ada);
  wrongCodes.set(ada, code);
  return code;
}

const atCode = (browser: Browser, ada: TestUser): Promise<unknown> => browser.password(ada);

const guessings: readonly Guessing[] = [
  {
    title: 'the password of a name that exists',
    bring: async () => undefined,
    guess: (browser, ada, index) => browser.password(ada, `guess ${index}`),
  },
  {
    title: 'the password of a name that does not exist',
    bring: async () => undefined,
    guess: (browser, ada, index) => browser.password({ ...ada, username: 'nobody' }, `guess ${index}`),
  },
  {
    title: 'the password on a known device',
    bring: async () => undefined,
    guess: (browser, ada, index) => browser.password(ada, `guess ${index}`),
  },
  {
    title: 'the password that is to be confirmed',
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
    // One for the own codes and one for the help desk's, whether or not there is one.
    hashes: 2,
    async bring(browser, ada) {
      await browser.password(ada);
      await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    },
    guess: (browser, _ada, index) =>
      browser.submit({ step: 'recovery-code', code: `AAAA-BBBB-${String(index).padStart(4, '0')}` }),
  },
];

/** Ada on two instances, and the browsers that guess at her. */
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

/** A code of an authenticator is looked at when its secret is opened. */
function watchKeyring({ keyring }: World, watched: Watched): void {
  const { open } = keyring;
  keyring.open = (sealed, binding) => {
    if (binding[0] === 'totp') watched.looks += 1;
    return open(sealed, binding);
  };
}

for (const { title, bring, guess, hashes = 1 } of guessings) {
  withDatabases(`R43 of ${GUESSES} guesses at once at ${title} ${SOFT} are evaluated`, async (fixture) => {
    const watched = { looks: 0 };
    const { ada, worlds, own } = await begin(fixture, watched);
    const isKnown = title.includes('known device') || title.includes('confirmed');
    const browsers: Browser[] = [];
    for (let index = 0; index < FLOWS; index += 1) {
      const browser = (worlds[index % 2] as World).browser();
      if (isKnown) Object.assign(browser, { device: own.device, session: own.session });
      await bring(browser, ada);
      browsers.push(browser);
    }
    watched.looks = 0;
    const guesses = Array.from({ length: GUESSES }, (_, index) =>
      guess(browsers[index % FLOWS] as Browser, ada, index),
    );
    const ends = await Promise.allSettled(guesses);
    for (const end of ends)
      if (end.status === 'rejected') assert.ok(end.reason instanceof FlowError, String(end.reason));
    assert.ok(watched.looks > 0, 'nothing was guessed');
    assert.ok(watched.looks <= SOFT * hashes, `${watched.looks / hashes} guesses were evaluated`);
  });
}

withDatabases(
  `R43 of ${GUESSES} guesses at once at whether a new password is the one that was ${SOFT} are evaluated`,
  async (fixture) => {
    const watched = { looks: 0 };
    const { ada, worlds } = await begin(fixture, watched);
    const token = await linkFor(worlds[0] as World, ada, 'reset');
    const browsers: Browser[] = [];
    for (let index = 0; index < FLOWS; index += 1) {
      const browser = (worlds[index % 2] as World).browser();
      await browser.start('reset', [], token);
      browsers.push(browser);
    }
    watched.looks = 0;
    // The very password that was: each look is a hit, and tells that it is in use.
    const input = { step: 'new-password', password: ada.password } as const;
    const guesses = Array.from({ length: GUESSES }, (_, index) => browsers[index % FLOWS]?.submit(input));
    await Promise.allSettled(guesses);
    assert.ok(watched.looks > 0 && watched.looks <= SOFT, `${watched.looks} guesses were evaluated`);
  },
);
