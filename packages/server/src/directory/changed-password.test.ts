/*
 * Threat: the portal changes the password of a user while a thief logs in with the old one, or the change makes the user's own next
 * login fail.
 */
import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import { at } from '../flow/testing/links.ts';
import { builtIn, cheapHasher, simulatedTimer, type TestUser, World } from '../flow/testing/world.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { checkedDirectory, type Directory } from './directory.ts';
import { portalTable } from './testing/portal-table.ts';

const OLD = 'correct horse battery';
const NEW = 'a new password of the portal';

interface Scene {
  world: World;
  /** The user 7 of the portal, with an authenticator. */
  ada: TestUser;
  directory: Directory & Required<Pick<Directory, 'setPassword'>>;
  /** Runs once, between a correct password and the answer that it is correct. */
  meanwhile(work: () => Promise<unknown>): void;
}

async function scene(fixture: Fixture, run: (scene: Scene) => Promise<void>): Promise<void> {
  const portal = await portalTable(fixture);
  const works: (() => Promise<unknown>)[] = [];
  const directory: Directory = {
    ...portal.directory,
    async verifyPassword(user, password) {
      const isRight = await portal.directory.verifyPassword(user, password);
      if (isRight) await works.pop()?.();
      return isRight;
    },
  };
  try {
    const lists = { ...builtIn, directory: checkedDirectory(directory) };
    const world = new World(fixture.database, fixture.clock, cheapHasher(), simulatedTimer(), lists);
    await world.organisation();
    await portal.add({ nr: 7, login: 'ada', password: OLD });
    const base = { id: '', organisation: 'clinic', username: 'ada', password: OLD, factorId: '', recoveryCodes: [] };
    const ada: TestUser = { ...base, secret: new Uint8Array(), code: () => '' };
    const browser = world.browser();
    at(await browser.accept(ada), 'enroll-totp');
    ada.secret = decodeSecret(
      at(await browser.submit({ step: 'enroll-totp', action: 'extend' }), 'enroll-totp').secret,
    );
    at(await browser.submit({ step: 'enroll-totp', code: world.code(ada) }), 'recovery-codes');
    at(await browser.submit({ step: 'recovery-codes' }), 'done');
    world.clock.advance(30_000);
    await run({ world, ada, directory: portal.directory, meanwhile: (work) => void works.push(work) });
  } finally {
    await portal.close();
  }
}

withEachDatabase('R92 a password that the portal changes while it is verified is refused', (fixture) =>
  scene(fixture, async ({ world, ada, directory, meanwhile }) => {
    const changed = { ...ada, password: NEW };
    const owner = world.browser();
    await owner.login(ada);
    world.clock.advance(30_000);
    meanwhile(async () => {
      await directory.setPassword({ id: '7', username: 'ada' }, NEW);
      at(await owner.login(changed), 'done');
    });
    const outcome = await world.browser().password(ada);
    assert.equal(outcome.refusal?.code, 'wrong-credentials');
    assert.ok(await owner.sessionRow(), 'the session of the new password ended');
  }),
);

withDatabases(
  'R34 a new password of the portal is typed once on a remembered browser, and leads to the second factor',
  (fixture) =>
    scene(fixture, async ({ world, ada, directory }) => {
      const browser = world.browser();
      at(await browser.login(ada, true), 'done');
      await directory.setPassword({ id: '7', username: 'ada' }, NEW);
      at(await browser.password({ ...ada, password: NEW }), 'totp');
    }),
);
