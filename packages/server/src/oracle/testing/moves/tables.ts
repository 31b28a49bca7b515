import type { User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import { tableUser, type UserTable } from '../settle/user-table.ts';
import type { Walk } from '../walk.ts';
import { come } from './hand-over-tokens.ts';
import { meanwhile } from './meanwhile.ts';
import { type Of, pick } from './moves.ts';
import { verbMoves } from './verbs.ts';

/* A portal keeps its users in a table that the server asks, and changes it while logins run (R34, R92). */

interface At {
  walk: Walk;
  browser: Tabs;
  user: User;
  table: UserTable;
}

/** Logs in with password and factor, or sets a factor up. */
async function logIn({ walk, browser, user }: At): Promise<void> {
  walk.place.clock.advance(30_000);
  await walk.password(browser, user);
  await walk.finish(browser, 19);
}

const nextBrowser = ({ walk, browser }: At): Tabs => walk.browser(walk.browsers.indexOf(browser) + 1);

/** The portal changes the password of a user. The server does not know yet. */
function changePassword({ walk, user }: At): void {
  walk.place.clock.advance(1000);
  const former = { password: user.password, number: user.passwords };
  user.password = `the portal has sentence ${walk.next()} of this walk`;
  if (user.portal) Object.assign(user.portal, { former, changed: walk.now() });
}

/** Changes the row of a user during some work. */
async function during({ user }: At, row: Partial<NonNullable<User['portal']>>, work: () => Promise<unknown>) {
  const before = { ...user.portal };
  Object.assign(user.portal ?? {}, row);
  await work();
  Object.assign(user.portal ?? {}, before);
}

/** In a flow of the session of a browser, the user confirms a password. */
async function confirmBy({ walk, browser, user }: At, password: string | undefined): Promise<void> {
  const flow = await walk.begin(browser, 'enroll');
  walk.place.clock.advance(30_000);
  if (flow?.step === 'totp') await walk.submit(browser, flow, [{ step: 'totp', code: walk.codeOf(user) }]);
  if (flow?.step === 'confirm-password') await walk.submit(browser, flow, [{ step: 'confirm-password', password }]);
}

const ways: Readonly<Record<string, (at: At) => Promise<unknown>>> = {
  right: logIn,
  wrong: async ({ walk, browser, user }) => await walk.password(browser, user, 'a wrong password'),
  /** A name that only the table has. The account is made by the first login. */
  onlyInTable: async (at) => {
    const { walk } = at;
    const user = tableUser(at.user.organisation, `row${walk.next()}`, walk.now());
    walk.ledger.users.push(user);
    await walk.password(at.browser, user, 'a wrong password');
    await logIn({ ...at, user });
    await logIn({ ...at, user, browser: nextBrowser(at) });
  },
  /** The portal has blocked or removed the user before the login. */
  refused: async (at) => {
    const row = pick([{ isActive: false }, { isGone: true }], at.walk.next());
    await during(at, row, () => logIn(at));
    await logIn(at);
  },
  /** The portal blocks or removes the user while the password is verified, or a step later. */
  refusedMeanwhile: async (at) => {
    const { walk, browser, user } = at;
    await walk.password(browser, user);
    await during(at, pick([{ isActive: false }, { isGone: true }], walk.next()), async () => {
      await logIn({ ...at, browser: nextBrowser(at) });
      // The session of an earlier login is asked for the password again.
      if (await walk.begin(browser, pick(['enroll', 'disable', 'step-up'], walk.next())))
        await walk.finish(browser, 19);
    });
  },
  /** Sessions, remembered browsers and open logins of the old password end when the server learns of the new one. */
  changed: async (at) => {
    const { walk, browser, user } = at;
    const other = { ...at, browser: nextBrowser(at) };
    await walk.login(other.browser, user, true);
    await logIn(at);
    const open = await walk.password(browser, user);
    const old = user.password;
    changePassword(at);
    await walk.password(other.browser, user, old);
    await logIn(other);
    await walk.useSessionsOf(user);
    walk.place.clock.advance(30_000);
    if (open?.step === 'totp') await walk.submit(browser, open, [{ step: 'totp', code: walk.codeOf(user) }]);
    await walk.password(browser, user, old);
  },
  /** A login with the old password is held between its check and its commit, and the server learns of the new one. */
  changedBetween: async (at) => {
    const { walk, browser, user } = at;
    await logIn(at);
    const other = { ...at, browser: nextBrowser(at) };
    const nth = 1 + (walk.next() % 3);
    await meanwhile(
      walk,
      { place: 'write', nth },
      () => walk.password(browser, user),
      async () => {
        changePassword(at);
        await logIn(other);
      },
    );
    await walk.finish(browser, 19);
    await logIn(at);
  },
  /** The portal changes the password, and the server learns of that, while the old one was found correct in another login. */
  changedWhileVerified: async (at) => {
    const { walk, browser, user, table } = at;
    // The two browsers have counts of their own if one of them is known and the other one is not.
    await logIn(walk.next() % 2 === 0 ? at : { ...at, browser: nextBrowser(at) });
    if (walk.next() % 2 === 0) browser.cookies = {};
    walk.place.clock.advance(30_000);
    table.meanwhile = async () => {
      changePassword(at);
      await logIn({ ...at, browser: nextBrowser(at) });
    };
    await walk.password(browser, user);
    table.meanwhile = undefined;
    await walk.finish(browser, 19);
    await walk.useSessionsOf(user);
    await logIn(at);
  },
  /** The portal gives the name of a removed user to another one, who has none of the factors. */
  nameReused: async (at) => {
    const { walk, user } = at;
    if (walk.ledger.users.length > 20) return;
    await logIn(at);
    await walk.password(at.browser, user);
    if (user.portal) user.portal.isGone = true;
    const other = tableUser(user.organisation, user.username, walk.now());
    walk.ledger.users.push(other);
    await confirmBy(at, other.password);
    await logIn({ ...at, user: other, browser: nextBrowser(at) });
    // The former user has no name any more, so no verb finds the account.
    user.username = `former name of ${user.external}`;
    await walk.useSessionsOf(user);
  },
  /** Another system hands over a user whom the portal has blocked or removed, and one whom it has. */
  handedOver: async (at) => {
    const row = pick([{ isActive: false }, { isGone: true }], at.walk.next());
    await during(at, row, () => come(at, { system: 'strong' }));
    await come(at, { system: 'strong' });
  },
  down: async (at) => {
    at.table.isDown = true;
    await at.walk.password(at.browser, at.user);
    at.table.isDown = false;
    await logIn(at);
  },
  disabledHere: async (at) => {
    await verbMoves.disable(at.walk, at.user, 0);
    await logIn(at);
    await verbMoves.enable(at.walk, at.user, 0);
    await logIn(at);
  },
};

/** The names of the ways. */
export const tableWays: readonly string[] = Object.keys(ways);
const names = [...tableWays, 'right', 'changed'];

/** Logs in a user of the table, while the portal changes it or not. */
export async function tableBy(walk: Walk, move: Of<'table'>): Promise<void> {
  const { table } = walk.place;
  if (!table) return;
  const users = walk.ledger.users.filter(({ portal, state }) => portal && !portal.isGone && state === 'active');
  const user = users[move.who % Math.max(1, users.length)];
  if (!user) return;
  const name = pick(names, move.how);
  walk.place.statistics.record('tables', name);
  await ways[name]?.({ walk, browser: walk.browser(move.browser), user, table });
}
