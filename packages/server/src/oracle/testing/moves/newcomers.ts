import { BASE_URL, HOME } from '../ledger/origins.ts';
import type { FlowRecord } from '../ledger/records.ts';
import { newUser, type Organisation, type User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import { beginFor, completedIn, continueIn, type Passed } from '../portal.ts';
import type { Walk } from '../walk.ts';
import { pick } from './moves.ts';
import { change } from './policies.ts';
import { verbMoves } from './verbs.ts';

/* Users of a portal whose accounts are made by their first login, what a portal tells of its users, and addresses to return to. */

interface At {
  walk: Walk;
  browser: Tabs;
  user: User;
}

/** Addresses that some or all logins may return to. */
const addresses = [`${BASE_URL}/finish`, `${BASE_URL}?from=login`, BASE_URL, `${HOME}/finish`, `${HOME}/#end`];

/** Addresses that no login may return to: some begin like an allowed one, or are read differently by other parsers. */
const badAddresses = [
  ...[
    'https://evil.example/finish',
    `${BASE_URL}.evil.example/`,
    `${BASE_URL}@evil.example/`,
    `${BASE_URL}:8080/finish`,
  ],
  ...['https://localhost/finish', `${HOME}.evil.example/`, '//localhost/finish', '/finish', 'javascript:alert(1)'],
  ...[`${BASE_URL}\\@evil.example/`, `${BASE_URL}/\t/evil.example`, 'ftp://localhost/finish', ' '],
];

/** An address to return to, mostly an allowed one. */
export const addressFor = (number: number): string => pick(number % 3 === 0 ? badAddresses : addresses, number);

/** A user of the portal without an account here. */
function newcomer(walk: Walk, organisation: Organisation): User {
  const number = walk.next();
  const username = organisation.email ? `new${number}@post.example` : `new${number}`;
  const email = organisation.email ? username : `${username}@users.example`;
  const user = newUser({ id: '', organisation, username, email, password: undefined, since: walk.now() });
  return Object.assign(user, { external: `portal-${number}` });
}

/** Begins a login, and finishes it in the same browser. The portal releases its session. */
async function logIn({ walk, browser, user }: At, passed: Passed = {}): Promise<FlowRecord | undefined> {
  const flow = await beginFor(walk, browser, user, { told: {}, ...passed });
  if (!flow) return undefined;
  if (!flow.done && (await continueIn(walk, browser))) await walk.finish(browser, 19);
  await completedIn(walk, browser, { userId: user.external, flow: flow.id });
  return flow;
}

/** An organisation of the walk, with or without other users of a portal. */
const organisationFor = ({ walk, user }: At): Organisation =>
  walk.next() % 2 === 0 ? user.organisation : walk.user(walk.next()).organisation;

export const newcomers: Readonly<Record<string, (at: At) => Promise<unknown>>> = {
  /** The first login and the second one, which needs the factor that the first one has set up. */
  newcomer: async (at) => {
    const own = { ...at, user: newcomer(at.walk, organisationFor(at)) };
    await logIn(own);
    at.walk.place.clock.advance(30_000);
    await logIn({ ...own, browser: at.walk.browser(at.walk.next()) }, { told: undefined });
    at.walk.place.clock.advance(30_000);
    await logIn(own);
  },
  /** Nothing is told of a user without an account, or that the user may not log in. */
  notMade: async (at) => {
    const user = newcomer(at.walk, organisationFor(at));
    await beginFor(at.walk, at.browser, user);
    await beginFor(at.walk, at.browser, user, { told: { isActive: false } });
    await beginFor(at.walk, at.browser, user);
    await beginFor(at.walk, at.browser, at.user, { told: { isActive: false } });
  },
  /** A user of the portal has the name of an account that is not the portal's: it stays the account of its user. */
  nameOfAccount: async (at) => {
    const { walk, browser } = at;
    const others = walk.ledger.users.filter(({ external, state }) => external === undefined && state !== 'gone');
    const own = others[walk.next() % Math.max(1, others.length)];
    if (!own) return;
    const user = newcomer(walk, own.organisation);
    await beginFor(walk, browser, user, { told: { username: own.username } });
    await beginFor(walk, browser, user, { told: { username: own.username.toUpperCase() } });
    await continueIn(walk, browser);
    await walk.finish(browser, 19);
    await walk.login(walk.browser(walk.next()), own, false);
  },
  /** The portal gives the name of a user to a new one. Each of the two keeps their own account. */
  nameOfAnother: async (at) => {
    const { walk, user } = at;
    const { username } = user;
    const other = newcomer(walk, user.organisation);
    other.username = username;
    await logIn({ ...at, user: other });
    await walk.useSessionsOf(user);
    walk.place.clock.advance(30_000);
    const name = user.organisation.email ? `named${walk.next()}@post.example` : `named${walk.next()}`;
    await logIn({ ...at, browser: walk.browser(walk.next()) }, { told: { username: name } });
    await walk.useSessionsOf(user);
  },
  /** The portal tells of a new name and another address. Links to the old address end. */
  renamed: async (at) => {
    const { walk, user } = at;
    const number = walk.next();
    const name = user.organisation.email ? `renamed${number}@post.example` : `renamed${number}`;
    await logIn(at, { told: { username: name, email: `renamed${number}@users.example` } });
    await walk.useSessionsOf(user);
  },
  /** The account is deleted, and made again: it has no factor of the former one. */
  madeAgain: async (at) => {
    const { walk, browser, user } = at;
    const made = newcomer(walk, user.organisation);
    await logIn({ ...at, user: made });
    await verbMoves.deleteUser(walk, made, 0);
    if ((made.state as string) !== 'gone') return;
    await beginFor(walk, browser, made);
    const again = newUser({ ...made, id: '', password: undefined, since: walk.now() });
    const { external, changedInPortal } = made;
    Object.assign(again, { external, changedInPortal });
    walk.place.clock.advance(30_000);
    await logIn({ ...at, user: again });
  },
  disabledHere: async (at) => {
    const { walk, browser, user } = at;
    await verbMoves.disable(walk, user, 0);
    await beginFor(walk, browser, user, { told: {} });
    await verbMoves.enable(walk, user, 0);
    await logIn(at);
  },
  returning: async (at) => {
    const { walk } = at;
    await logIn(at, { returnTo: pick(addresses, walk.next()) });
    await logIn(at, { returnTo: pick(badAddresses, walk.next()) });
  },
  /** The first login of a user has an address to return to. */
  newcomerReturning: async (at) => {
    const { walk } = at;
    await logIn({ ...at, user: newcomer(walk, at.user.organisation) }, { returnTo: addressFor(walk.next()) });
  },
  /** The organisation allows another address, and no longer, while a login runs. */
  returnNoMore: async (at) => {
    const { walk, browser, user } = at;
    const { organisation } = user;
    const { returnTo } = organisation;
    await change(walk, organisation, { returnTo: [HOME] });
    await beginFor(walk, browser, user, { returnTo: `${HOME}/finish` });
    await change(walk, organisation, { returnTo: [] });
    if (await continueIn(walk, browser)) await walk.finish(browser, 19);
    await change(walk, organisation, { returnTo });
  },
};
