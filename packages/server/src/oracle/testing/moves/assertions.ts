import { went } from '../ledger/judge/judge.ts';
import { BASE_URL, LIMITED, PORTAL } from '../ledger/origins.ts';
import type { FlowRecord } from '../ledger/records.ts';
import type { User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import { assertionOf, clientKeys } from '../settle/client-keys.ts';
import type { Walk } from '../walk.ts';
import { handOver } from './hand-overs.ts';
import { type Of, pick } from './moves.ts';
import { appUser, trusted } from './users.ts';

/* What portals do that get assertions, and what pages do that are none (R68, R75). */

interface At {
  walk: Walk;
  browser: Tabs;
  user: User;
}

const nonceFor = (walk: Walk): string => `nonce-of-a-session-${walk.next()}`;

/** Begins a login on the page of a portal, with the first three inputs. */
export const onPortal = async (walk: Walk, browser: Tabs, user: User): Promise<FlowRecord | undefined> =>
  await walk.password(browser, user, undefined, { nonce: nonceFor(walk), origin: PORTAL });

/** Begins a login on a page of the server itself. */
const onOwn = async ({ walk, browser, user }: At): Promise<FlowRecord | undefined> =>
  await walk.password(browser, user, undefined, { nonce: nonceFor(walk), origin: BASE_URL });

/** Continues a flow as if it had begun on another origin, with its last input. */
async function moved({ walk, browser }: At, flow: FlowRecord | undefined, portal: string | undefined): Promise<void> {
  if (flow?.step !== 'totp' || !flow.user) return;
  const input = { step: 'totp', code: walk.codeOf(flow.user) };
  // The ledger judges the flow as it began.
  const call = {
    method: 'POST',
    path: `/flows/${flow.id}`,
    body: { inputs: [input] },
    token: flow.token,
    origin: portal,
  };
  const { reply, given } = await walk.send(browser, call);
  if (!given.lost) went(walk.ledger, flow, [input], reply, given);
}

const strangers = ['https://evil.example', 'null', 'https://portal.example.evil.example'];

type Attack = (at: At) => Promise<unknown>;

const attacks: Readonly<Record<string, Attack>> = {
  own: onOwn,
  portal: async ({ walk, browser, user }) => await onPortal(walk, browser, user),
  /** The browser is remembered, but the page of a portal has no cookies. */
  remembered: async ({ walk, browser, user }) => {
    walk.place.clock.advance(30_000);
    await walk.login(browser, user, true);
    await onPortal(walk, browser, user);
  },
  withoutNonce: async ({ walk, browser, user }) => await walk.password(browser, user, undefined, { origin: PORTAL }),
  withoutOrigin: async ({ walk, browser, user }) =>
    await walk.password(browser, user, undefined, { nonce: nonceFor(walk) }),
  otherOrganisation: async ({ walk, browser, user }) =>
    await walk.password(browser, user, undefined, { nonce: nonceFor(walk), origin: LIMITED }),
  otherKind: async ({ walk, browser, user }) => {
    const nonce = nonceFor(walk);
    await walk.login(browser, user, false);
    const kind = pick(['enroll', 'recovery-codes', 'disable', 'recover', 'register'], walk.next());
    await walk.begin(browser, kind, [], { nonce, origin: BASE_URL });
    await walk.begin(browser, pick(['step-up', 'enroll'], walk.next()), [], { nonce, origin: PORTAL });
    await walk.begin(browser, 'recover', [], { origin: PORTAL });
  },
  client: async ({ walk, browser }) => {
    const clientAssertion = assertionOf(clientKeys.kiosk, 'kiosk', walk.now());
    const first = walk.user(0).organisation.id;
    const named = { client: 'kiosk', clientAssertion, nonce: nonceFor(walk), origin: BASE_URL };
    await walk.begin(browser, 'login', [{ step: 'organisation', organisation: first }], named);
  },
  stepUp: async ({ walk, browser, user }) => {
    await walk.login(browser, user, false);
    walk.place.clock.advance(30_000);
    await walk.begin(browser, 'step-up', [], { nonce: nonceFor(walk), origin: BASE_URL });
  },
  /** A login of a portal continues on a page of the server, on that of another portal, and on its own in another browser. */
  elsewhere: async (at) => {
    const { walk, browser, user } = at;
    const flow = await onPortal(walk, browser, user);
    walk.place.clock.advance(30_000);
    await moved(at, flow, pick([undefined, BASE_URL, LIMITED], walk.next()));
  },
  /** A login of the server continues on the page of a portal. */
  onAPortal: async (at) => {
    const flow = await onOwn(at);
    at.walk.place.clock.advance(30_000);
    await moved(at, flow, PORTAL);
  },
  handedOver: async ({ walk, browser, user }) =>
    await handOver(walk, browser, trusted(walk, user), { nonce: nonceFor(walk), origin: BASE_URL }),
  /** The user goes back to the organisation and logs in as another one. */
  otherUser: async ({ walk, browser, user }) => {
    const flow = await onPortal(walk, browser, user);
    if (flow?.step !== 'totp') return;
    await walk.submit(browser, flow, [{ step: 'totp', action: 'back', to: 'organisation' }]);
    browser.user = walk.user(walk.next());
  },
};

/** The ways in which a portal gets an assertion, or does not, those without an attack more often. */
const ways = [...Object.keys(attacks), 'own', 'own', 'own', 'portal', 'portal', 'stepUp'];

/** Logs in on a page whose portal asks for an assertion, or tries to. */
export async function assertBy(walk: Walk, move: Of<'assertion'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const own = move.how % 3 === 0 ? user : appUser(walk, user);
  walk.place.clock.advance(30_000);
  // A page of an unknown origin begins nothing.
  const nonce = nonceFor(walk);
  await walk.password(browser, own, undefined, { nonce, origin: pick(strangers, move.how) });
  await attacks[pick(ways, move.how)]?.({ walk, browser, user: own });
  await walk.finish(browser, move.how % 20);
  // The finished flow does not show its assertion again.
  await walk.look(browser, browser.flows.at(-1));
}
