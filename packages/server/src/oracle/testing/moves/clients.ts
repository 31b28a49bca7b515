import type { FlowRecord, SentInput } from '../ledger/records.ts';
import { hasFactor, type User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import { accountRoutes } from '../routes/account.ts';
import { clientRoutes } from '../routes/clients.ts';
import { assertionOf, clientKeys, installationKey } from '../settle/client-keys.ts';
import type { Walk } from '../walk.ts';
import { setClock } from './clock.ts';
import { type Of, pick } from './moves.ts';
import { changePolicy } from './policies.ts';

/* What clients do that log users in, and what others do in their name (R94). */

const MINUTE = 60_000;

interface At {
  walk: Walk;
  browser: Tabs;
  user: User;
}

/** Which client a flow names, with the assertion. */
interface Name {
  client?: string;
  clientAssertion?: string;
}

const kiosk = ({ walk, user }: At, claims: object = {}): Name => {
  const own = user.organisation.clients.find(({ id }) => id === 'kiosk')?.key?.x;
  const key = own === clientKeys.elsewhere.publicKey.x ? clientKeys.elsewhere : clientKeys.kiosk;
  return { client: 'kiosk', clientAssertion: assertionOf(key, 'kiosk', walk.now(), claims) };
};

const inputsOf = ({ organisation, username, password }: User, count = 3): SentInput[] =>
  [
    { step: 'organisation', organisation: organisation.id },
    { step: 'username', username },
    { step: 'password', password: password ?? 'there is none' },
  ].slice(0, count);

/** Begins a login in the name of a client, with the first inputs. */
async function login({ walk, browser, user }: At, named: Name, count = 3): Promise<FlowRecord | undefined> {
  browser.user = user;
  return await walk.begin(browser, 'login', inputsOf(user, count), named);
}

/** Sends the rest of the inputs of a login. */
async function goOn({ walk, browser, user }: At, flow: FlowRecord | undefined, from = 1): Promise<void> {
  for (const input of flow ? inputsOf(user).slice(from) : []) await walk.submit(browser, flow as FlowRecord, [input]);
}

/** A user of another organisation, with clients if possible. */
function stranger({ walk, user }: At): User {
  const others = walk.ledger.users.filter(({ organisation }) => organisation !== user.organisation);
  return others.find(({ organisation }) => organisation.clients.length > 0) ?? (others[0] as User);
}

/** Registers an installation after a full login. */
async function install(at: At): Promise<void> {
  const { walk, browser, user } = at;
  walk.place.clock.advance(30_000);
  await walk.login(browser, user, false);
  await clientRoutes['POST /clients/:id/installations']?.(walk, browser, 9);
}

function pocket({ walk, user: { installations } }: At): Name | undefined {
  const key = installationKey(installations.at(-1)?.key.x);
  return key && { client: 'pocket', clientAssertion: assertionOf(key, 'pocket', walk.now()) };
}

type Attack = (at: At) => Promise<unknown>;

/** Ends an installation while its login runs, and tries it again. */
async function endInstallation(at: At, end: Attack): Promise<void> {
  await install(at);
  const named = pocket(at);
  const second = { ...at, browser: at.walk.browser(3) };
  const flow = named && (await login(second, named, 2));
  const [installation] = at.user.installations.slice(-1);
  const key = installationKey(installation?.key.x);
  await end(at);
  await goOn(second, flow, 2);
  if (key) await login(second, { client: 'pocket', clientAssertion: assertionOf(key, 'pocket', at.walk.now()) });
}

const attacks: Readonly<Record<string, Attack>> = {
  right: async (at) => await login(at, kiosk(at)),
  wrongPassword: async (at) => await login({ ...at, user: { ...at.user, password: 'wrong' } }, kiosk(at)),
  bareName: async (at) => {
    await login(at, { client: 'kiosk' });
    await login(at, { clientAssertion: kiosk(at).clientAssertion ?? '' });
  },
  twice: async (at) => {
    const named = kiosk(at);
    await login(at, named);
    await login({ ...at, browser: at.walk.browser(1) }, named);
  },
  twiceAfterRestart: async (at) => {
    const named = kiosk(at);
    await login(at, named, 1);
    at.walk.place.clock.advance(6 * MINUTE);
    await at.walk.sweep();
    await setClock(at.walk, -6 * MINUTE + 1000);
    await login(at, named);
  },
  otherKey: async (at) => {
    for (const key of [clientKeys.partner, clientKeys.untrusted, clientKeys.elsewhere]) {
      await login(at, { client: 'kiosk', clientAssertion: assertionOf(key, 'kiosk', at.walk.now()) });
    }
  },
  otherClaims: async (at) => {
    const seconds = Math.floor(at.walk.now() / 1000);
    const claims = [
      { iat: seconds - 600, exp: seconds - 400 },
      { iat: seconds + 300, exp: seconds + 400 },
      { exp: seconds + 3600 },
      { aud: 'http://localhost/other' },
      { iss: 'partner' },
      { sub: at.user.id },
      { jti: '' },
    ];
    await login(at, kiosk(at, pick(claims, at.walk.next())));
  },
  /** The client asks for less in its own organisation only. */
  otherOrganisation: async (at) => {
    const { walk, browser } = at;
    const other = stranger(at);
    const flow = await login(at, kiosk(at), 1);
    if (flow) await walk.submit(browser, flow, [{ step: 'username', action: 'back', to: 'organisation' }]);
    await goOn({ ...at, user: other }, flow, 0);
    await login({ ...at, user: other }, kiosk(at));
  },
  otherUser: async (at) => {
    const { walk, browser, user } = at;
    const flow = await login(at, kiosk(at), 2);
    if (flow) await walk.submit(browser, flow, [{ step: 'password', action: 'back', to: 'username' }]);
    const other = walk.ledger.users.find((each) => each !== user && each.organisation === user.organisation);
    await goOn({ ...at, user: other ?? user }, flow);
  },
  /** The policy changes while the login runs (R92). */
  rekeyed: async (at) => {
    const flow = await login(at, kiosk(at), 2);
    await changePolicy(at.walk, at.user, 9 + (at.walk.next() % 2) * 11);
    await goOn(at, flow, 2);
  },
  partner: async (at) => {
    const clientAssertion = assertionOf(clientKeys.partner, 'partner', at.walk.now());
    await login(at, { client: 'partner', clientAssertion });
    await at.walk.finish(at.browser, 19);
  },
  installed: async (at) => {
    await install(at);
    const named = pocket(at);
    if (named) await login({ ...at, browser: at.walk.browser(2) }, named);
  },
  installedForAnother: async (at) => {
    const { walk, user } = at;
    await install(at);
    const named = pocket(at);
    const other = walk.ledger.users.find((each) => each !== user && each.organisation === user.organisation);
    if (named && other) await login({ ...at, user: other }, named);
  },
  /** The installation is removed while its login runs (R92). */
  uninstalled: async (at) =>
    await endInstallation(at, async ({ walk, browser }) => {
      await clientRoutes['DELETE /account/installations/:id']?.(walk, browser, 1);
    }),
  /** The password changes while the login of an installation runs (R92). */
  installedBefore: async (at) =>
    await endInstallation(at, async ({ walk, browser }) => {
      walk.place.clock.advance(30_000);
      if (await walk.begin(browser, 'change-password')) await walk.finish(browser, 19);
    }),
  /** The session of a client does what only the session of a full login may do. */
  session: async (at) => {
    const { walk, browser } = at;
    await login(at, kiosk(at));
    const kinds = ['enroll', 'recovery-codes', 'disable', 'change-password'];
    await walk.begin(browser, pick(kinds, walk.next()));
    const names = Object.keys(accountRoutes);
    for (const name of [pick(names, walk.next()), pick(names, walk.next())]) {
      await accountRoutes[name]?.(walk, browser, walk.next());
    }
    await clientRoutes['POST /clients/:id/installations']?.(walk, browser, 9);
  },
  stepUp: async (at) => {
    await login(at, kiosk(at));
    at.walk.place.clock.advance(30_000);
    if (await at.walk.begin(at.browser, 'step-up')) await at.walk.finish(at.browser, 19);
    await clientRoutes['POST /clients/:id/installations']?.(at.walk, at.browser, 9);
  },
};

/** The ways in which a client logs in or is attacked, those that need more steps more often. */
const clientMoves = [
  ...Object.keys(attacks),
  'installed',
  'installed',
  'installed',
  'uninstalled',
  'uninstalled',
  'uninstalled',
  'uninstalled',
  'right',
];

/** Logs in as a client of an organisation that has some. */
export async function clientBy(walk: Walk, move: Of<'client'>): Promise<void> {
  const { browser } = walk.at(move);
  const users = walk.ledger.users.filter(
    ({ organisation, state }) => state === 'active' && organisation.clients.length > 0,
  );
  const name = pick(clientMoves, move.how);
  // An installation is registered after a full login.
  const own = name.includes('installed') ? users.filter(hasFactor) : users;
  const user = own[move.who % Math.max(1, own.length)];
  if (user) await attacks[name]?.({ walk, browser, user });
}
