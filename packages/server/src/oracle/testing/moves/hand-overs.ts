import type { FlowRecord } from '../ledger/records.ts';
import type { User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import { askNonce } from '../routes/flows.ts';
import { assertionOf, clientKeys } from '../settle/client-keys.ts';
import type { Walk } from '../walk.ts';
import { setClock } from './clock.ts';
import { keyExchanges } from './hand-over-keys.ts';
import { type At, begin, come, type More, tokenFor, trust } from './hand-over-tokens.ts';
import { type Of, pick } from './moves.ts';
import { addressFor } from './newcomers.ts';
import { trusted } from './users.ts';
import { verbMoves } from './verbs.ts';

/* What other systems do that hand users over, and what others do in their name (K11). */

const MINUTE = 60_000;

/** Hands a user over to a browser. */
export const handOver = async (
  walk: Walk,
  browser: Tabs,
  user: User,
  more: More = {},
): Promise<FlowRecord | undefined> => await come({ walk, browser, user }, {}, more);

/** Hands a user over in a single request besides that for the nonce. */
export async function arrive(walk: Walk, move: Of<'arrive'>): Promise<void> {
  const { browser, user } = walk.at(move);
  await come({ walk, browser, user: trusted(walk, user) }, { system: move.strong ? 'strong' : 'tracking' });
}

/** Sends a token again with the cookie of its nonce. */
async function again(at: At, cookie: string | undefined, token: string): Promise<void> {
  if (cookie !== undefined) at.browser.cookies['hand-over'] = cookie;
  await begin(at, token);
}

type Attack = (at: At) => Promise<unknown>;

const attacks: Readonly<Record<string, Attack>> = {
  right: async (at) => await come(at),
  strong: async (at) => await come(at, { system: 'strong' }),
  returning: async (at) => await come(at, {}, { returnTo: addressFor(at.walk.next()) }),
  /** The policy lets this system prove a second factor, but it has verified none. */
  strongWithoutFactor: async (at) => await come(at, { system: 'strong', claims: { amr: ['pwd'] } }),
  otherKey: async (at) => {
    for (const key of ['untrusted', 'strong'] as const) await come(at, { key });
    await come(at, { system: 'untrusted' });
  },
  otherClaims: async (at) => {
    const now = Math.floor(at.walk.now() / 1000);
    const other = at.walk.ledger.users.find((each) => each.external !== undefined && each !== at.user);
    const claims = [
      { iat: now - 90, exp: now - 30 },
      { iat: now - 90, exp: now + 30 },
      { iat: now + 30, exp: now + 60 },
      { exp: now + 600 },
      { aud: 'http://localhost' },
      { sub: 'id-unknown' },
      { sub: at.user.id },
      { organisation: 'clinic' },
      { organisation: at.walk.ledger.users[0]?.organisation.id },
      { organisation: other?.organisation.id, sub: at.user.username },
      { jti: '' },
      { nonce: '' },
    ];
    for (const each of [pick(claims, at.walk.next()), pick(claims, at.walk.next() * 5)])
      await come(at, { claims: each });
  },
  /** A token for the nonce of one browser is sent by another one, which has a nonce of its own or none. */
  otherBrowser: async (at) => {
    const { walk, browser } = at;
    const nonce = await askNonce(walk, browser);
    const victim = { ...at, browser: walk.browser(walk.browsers.indexOf(browser) + 1) };
    if (nonce === undefined) return;
    const token = tokenFor(at, nonce, {});
    await begin(victim, token);
    await askNonce(walk, victim.browser);
    await begin(victim, token);
    // Nobody else can use the token up.
    await begin(at, token);
  },
  /** The cookie itself, and an earlier nonce of the same browser. */
  otherNonce: async (at) => {
    const { walk, browser } = at;
    const before = await askNonce(walk, browser);
    await askNonce(walk, browser);
    await begin(at, tokenFor(at, browser.cookies['hand-over'] ?? '', {}));
    if (before !== undefined) await begin(at, tokenFor(at, before, {}));
  },
  twice: async (at) => {
    const nonce = await askNonce(at.walk, at.browser);
    const cookie = at.browser.cookies['hand-over'];
    if (nonce === undefined) return;
    const token = tokenFor(at, nonce, { system: 'strong' });
    await begin(at, token);
    await again(at, cookie, token);
    // The next request goes to the other instance.
    await at.walk.look(at.browser, at.browser.flows.at(-1));
    await again(at, cookie, token);
  },
  twiceAfterRestart: async (at) => {
    const nonce = await askNonce(at.walk, at.browser);
    const cookie = at.browser.cookies['hand-over'];
    if (nonce === undefined) return;
    const token = tokenFor(at, nonce, {});
    await begin(at, token);
    at.walk.place.clock.advance(2 * MINUTE);
    await at.walk.sweep();
    await again(at, cookie, token);
    await setClock(at.walk, -2 * MINUTE + 1000);
    await again(at, cookie, token);
  },
  otherKind: async (at) => {
    const nonce = await askNonce(at.walk, at.browser);
    if (nonce === undefined) return;
    const token = tokenFor(at, nonce, {});
    await begin(at, token, { kind: pick(['step-up', 'enroll', 'recover', 'disable'], at.walk.next()) });
    const clientAssertion = assertionOf(clientKeys.kiosk, 'kiosk', at.walk.now());
    await begin(at, token, { client: 'kiosk', clientAssertion });
  },
  /** The policy changes while the login runs (R92). */
  untrusted: async (at) => {
    const { systems } = at.user.organisation;
    await come(at);
    await trust(at, systems.slice(1));
    await at.walk.finish(at.browser, 19);
    await come(at);
    await trust(at, systems);
  },
  lessTrusted: async (at) => {
    const { systems } = at.user.organisation;
    await trust(
      at,
      systems.map((each) => ({ ...each, proves: 'password' })),
    );
    await come(at, { system: 'strong' });
    await trust(at, systems);
  },
  ...keyExchanges,
  /** The account is disabled, or its access revoked, while the login runs. */
  disabled: async (at) => {
    const { walk, user, browser } = at;
    await come(at);
    await verbMoves.disable(walk, user, 0);
    await walk.finish(browser, 19);
    await come(at);
    await verbMoves.enable(walk, user, 0);
  },
  /** A hand-over is no fresh factor (R9, R73). */
  notFresh: async (at) => {
    await come(at, { system: 'strong' });
    const kind = pick(['enroll', 'recovery-codes', 'disable', 'step-up'], at.walk.next());
    if (await at.walk.begin(at.browser, kind)) await at.walk.finish(at.browser, 19);
  },
  /** The user goes back from the second factor to the password. */
  back: async (at) => {
    const { walk, browser } = at;
    const flow = await come(at);
    if (flow?.step !== 'totp') return;
    const to = pick(['password', 'username', 'organisation'], walk.next());
    await walk.submit(browser, flow, [{ step: 'totp', action: 'back', to }]);
  },
};

/** The ways in which a user is handed over, those without an attack more often. */
const ways = [...Object.keys(attacks), 'right', 'strong', 'right', 'strong'];

/** Hands a user over, or tries to. */
export async function handOverBy(walk: Walk, move: Of<'hand-over'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const own = trusted(walk, user);
  if (own.external === undefined) return;
  await attacks[pick(ways, move.how)]?.({ walk, browser, user: own });
  await walk.finish(browser, move.how % 20);
}
