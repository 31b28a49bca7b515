import type { User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import { beginFor, completedIn, continueIn } from '../portal.ts';
import type { Walk } from '../walk.ts';
import { setClock } from './clock.ts';
import { type Of, pick } from './moves.ts';
import { newcomers } from './newcomers.ts';
import { trusted } from './users.ts';
import { verbMoves } from './verbs.ts';

/* The second step of a portal that checks the passwords itself, and what thieves do with it. */

const MINUTE = 60_000;

interface At {
  walk: Walk;
  browser: Tabs;
  user: User;
}

/** Begins a login, and finishes it in the same browser. Returns the id of the flow. */
async function logIn({ walk, browser, user }: At): Promise<string | undefined> {
  const flow = await beginFor(walk, browser, user);
  if (flow && !flow.done && (await continueIn(walk, browser))) await walk.finish(browser, 19);
  return flow?.id;
}

/** Begins a login, and shows its first step. */
export async function secondStep(walk: Walk, browser: Tabs, user: User) {
  return (await beginFor(walk, browser, user)) && (await continueIn(walk, browser));
}

/** What the portal is told with its pending session. */
const complete = async ({ walk, browser, user }: At, flow: string | undefined): Promise<unknown> =>
  await completedIn(walk, browser, { userId: user.external, flow });

const next = ({ walk, browser }: At): Tabs => walk.browser(walk.browsers.indexOf(browser) + 1);

/** Another user of the portal. */
const another = ({ walk, user }: At): User =>
  walk.ledger.users.find((each) => each.external !== undefined && each !== user && each.state === 'active') ?? user;

type Attack = (at: At) => Promise<unknown>;

const attacks: Readonly<Record<string, Attack>> = {
  right: async (at) => await complete(at, await logIn(at)),
  /** The browser is remembered at the first login, so that the second one needs no step. */
  remembered: async (at) => {
    const { walk, browser, user } = at;
    const flow = await secondStep(walk, browser, user);
    walk.place.clock.advance(30_000);
    if (flow?.step === 'totp')
      await walk.submit(browser, flow, [{ step: 'totp', code: walk.codeOf(user), remember: true }]);
    await complete(at, (await beginFor(walk, browser, user))?.id);
  },
  unfinished: async (at) => {
    const flow = await beginFor(at.walk, at.browser, at.user);
    await complete(at, flow?.id);
    await completedIn(at.walk, at.browser, {});
  },
  /** A thief has the cookie with the id, or knows the id, but not the cookie of the browser. */
  otherBrowser: async (at) => {
    const { walk, browser, user } = at;
    const thief = next(at);
    const flow = await beginFor(walk, browser, user);
    if (flow) thief.cookies.begun = flow.id;
    await continueIn(walk, thief);
    await logIn(at);
    const done = browser.cookies.begun;
    if (done !== undefined) thief.cookies.begun = done;
    await complete({ ...at, browser: thief }, done);
    await completedIn(walk, thief, {});
  },
  /** A thief knows the password of the user, and proves the factor of their own account in the same browser. */
  otherUser: async (at) => {
    const { walk, browser, user } = at;
    const pending = await beginFor(walk, browser, user);
    const own = another(at);
    const done = await logIn({ ...at, user: own });
    await complete(at, done);
    await complete(at, pending?.id);
    await completedIn(walk, browser, { userId: user.external });
    await completedIn(walk, browser, { userId: own.external, flow: pending?.id });
    await complete({ ...at, user: own }, done);
  },
  /** Two requests for the same login, on both instances. */
  twice: async (at) => {
    const flow = await logIn(at);
    await Promise.all([complete(at, flow), complete(at, flow)]);
    await complete(at, flow);
  },
  /** A login that was finished long ago, also after the clock was set back (R86). */
  late: async (at) => {
    const flow = await logIn(at);
    at.walk.place.clock.advance(6 * MINUTE);
    await complete(at, flow);
    await setClock(at.walk, -2 * MINUTE);
    await complete(at, flow);
  },
  expired: async (at) => {
    const { walk, browser, user } = at;
    const flow = await secondStep(walk, browser, user);
    walk.place.clock.advance(16 * MINUTE);
    await continueIn(walk, browser);
    await walk.finish(browser, 19);
    await setClock(walk, -2 * MINUTE);
    await walk.finish(browser, 19);
    await complete(at, flow?.id);
  },
  /** The flow was not begun by a portal. */
  ordinary: async (at) => {
    const { walk, browser, user } = at;
    const own = walk.user(0);
    await walk.login(browser, own, false);
    const id = browser.flows.at(-1)?.id;
    if (id !== undefined) browser.cookies.begun = id;
    await continueIn(walk, browser);
    for (const userId of [user.external, own.id, undefined]) await completedIn(walk, browser, { userId, flow: id });
  },
  /** The account is disabled, or its access is revoked, before or after the end of the login (R92). */
  revoked: async (at) => {
    const { walk, browser, user } = at;
    const flow = await secondStep(walk, browser, user);
    const isBefore = walk.next() % 2 === 0;
    if (!isBefore) await walk.finish(browser, 19);
    await pick([verbMoves.disable, verbMoves.resetFactors], walk.next())(walk, user, 0);
    await walk.finish(browser, 19);
    await complete(at, flow?.id);
    await verbMoves.enable(walk, user, 0);
  },
  /** The password changes in the portal while a login of the old one runs, and while a browser is remembered (R34). */
  changed: async (at) => {
    const { walk, browser, user } = at;
    const other = next(at);
    await beginFor(walk, other, user, { told: {} });
    const flow = await secondStep(walk, browser, user);
    await beginFor(walk, other, user, { told: { changed: walk.now() + 1000 } });
    await walk.useSessionsOf(user);
    await walk.finish(browser, 19);
    await complete(at, flow?.id);
  },
  back: async (at) => {
    const { walk, browser, user } = at;
    const flow = await secondStep(walk, browser, user);
    const to = pick(['password', 'username', 'organisation', 'choose-method'], walk.next());
    if (flow?.step === 'totp') await walk.submit(browser, flow, [{ step: 'totp', action: 'back', to }]);
    await walk.finish(browser, 19);
  },
  unknown: async (at) => {
    for (const userId of ['id-unknown', at.user.id, '']) await beginFor(at.walk, at.browser, at.user, { userId });
  },
  ...newcomers,
};

/** The ways in which a portal logs a user in or is attacked, those without an attack more often. */
const ways = [...Object.keys(attacks), 'right', 'right', 'remembered', 'twice'];

/** Logs in with the second step alone, or tries to. */
export async function portalBy(walk: Walk, move: Of<'second-step'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const own = trusted(walk, user);
  if (own.external === undefined) return;
  walk.place.clock.advance(30_000);
  await attacks[pick(ways, move.how)]?.({ walk, browser, user: own });
}

/** The portal begins a login in a single request, and learns of the last one. */
export async function enter(walk: Walk, move: Of<'enter'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const own = trusted(walk, user);
  if (own.external === undefined) return;
  if (move.completed) await completedIn(walk, browser, {});
  else await beginFor(walk, browser, own);
}
