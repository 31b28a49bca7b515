import { Phone as Signer } from '../../../push/testing/phone.ts';
import { judgePhone } from '../ledger/judge/phones.ts';
import { countOf, mandatoryFrom, type Phone, type User } from '../ledger/users.ts';
import { answerRequest, askOf, codeFor, confirmPhone, openLink, signerOf, wrongOf } from '../phones.ts';
import type { Tabs } from '../place.ts';
import type { Walk } from '../walk.ts';
import { UNKNOWN_ID } from './account.ts';
import type { RouteMoves } from './flows.ts';

const SUBSCRIPTION = {
  endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/walk',
  keys: { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) },
};

/** How a walk uses the routes of phones. Low numbers are wrong requests. */
export const phoneRoutes: RouteMoves = {
  'GET /push/vapid': async (walk, browser) => void (await walk.send(browser, { method: 'GET', path: '/push/vapid' })),
  'POST /push/devices': async (walk, browser, who) => {
    // A used or invalid link for an even number, and otherwise the newest one.
    const links = [...walk.ledger.phones.links];
    const [token = 'A'.repeat(43)] = links.findLast(([, { dead }]) => (dead !== undefined) === (who % 2 === 0)) ?? [];
    await openLink(walk, browser, token);
  },
  'POST /push/devices/:id/confirm': async (walk, browser, who) => {
    const phone = [...walk.ledger.phones.waiting.values()].findLast(({ isBound }) => !isBound || who % 4 === 0);
    if (!phone) return;
    const code = codeFor(walk, phone);
    await confirmPhone(walk, browser, phone, { code: who % 4 === 1 ? wrongOf(code) : code });
  },
  'GET /push/devices/:id': async (walk, browser, who) => await visit(walk, browser, who, 'GET', (id) => id),
  'DELETE /push/devices/:id': unlinkPhone,
  'PUT /push/devices/:id/subscription': async (walk, browser, who) =>
    await visit(walk, browser, who, 'PUT', (id) => `${id}/subscription`, SUBSCRIPTION),
  'POST /push/devices/:id/unlock': async (walk, browser, who) =>
    await visit(walk, browser, who, 'POST', (id) => `${id}/unlock`),
  'GET /push/requests': async (walk, browser, who) => {
    const signer = signerOf(ownOf(walk, who)?.phone.id);
    if (signer) await withProof(walk, browser, { signer, who, method: 'GET', path: '/push/requests' });
  },
  'GET /push/requests/:id': async (walk, browser, who) => {
    const [id = UNKNOWN_ID, request] = [...walk.ledger.phones.requests].at(-1) ?? [];
    const own = who % 3 === 0 ? ownOf(walk, who) : ownOf(walk, who, request?.user);
    const signer = signerOf(own?.phone.id);
    // The browser of the flow for an even number, and otherwise another one.
    const flow = who % 2 === 0 ? request?.flow.cookie : browser.cookies.flow;
    const tabs = { ...browser, cookies: { ...browser.cookies, ...(flow === undefined ? {} : { flow }) } };
    if (signer) await withProof(walk, tabs, { signer, who, method: 'GET', path: `/push/requests/${id}` });
  },
  'POST /push/requests/:id': async (walk, browser, who) =>
    await answerRequest(walk, browser, walk.phoneUser(walk.user(who)), who),
};

/** A phone of a user, or of the chosen one. */
function ownOf(walk: Walk, who: number, chosen?: User): { user: User; phone: Phone } | undefined {
  const user = chosen ?? walk.phoneUser(walk.user(who));
  const phone = user.phones.at(-1);
  return phone && { user, phone };
}

/** Visits a route of a named phone: in the name of another phone, and in its own. */
async function visit(
  walk: Walk,
  browser: Tabs,
  who: number,
  method: string,
  path: (id: string) => string,
  body?: unknown,
): Promise<void> {
  const own = ownOf(walk, who);
  const signer = signerOf(own?.phone.id);
  if (!own || !signer) return;
  const others = walk.ledger.users.flatMap(({ phones }) => phones).filter((each) => each !== own.phone);
  await askOf(walk, browser, signer, { method, path: `/push/devices/${path(others[0]?.id ?? UNKNOWN_ID)}`, body });
  await withProof(walk, browser, { signer, who, method, path: `/push/devices/${path(own.phone.id)}`, body });
}

/** Sends a request with a proof, repeats it with the same one, and sends it with a wrong one. */
async function withProof(
  walk: Walk,
  browser: Tabs,
  { signer, who, ...asked }: { signer: Signer; who: number; method: string; path: string; body?: unknown },
): Promise<void> {
  const { method, path } = asked;
  const stranger = await Signer.create(walk.now);
  const url = `http://localhost/mfa/v1${path}`;
  const proof = await signer.proof(method, url);
  const proofs = [
    await stranger.proof(method, url, { header: { jwk: signer.publicKey } }),
    await signer.proof(method === 'GET' ? 'POST' : 'GET', url),
    await signer.proof(method, 'http://localhost/mfa/v1/push/vapid'),
    await signer.proof(method, url, { claims: { iat: Math.floor(walk.now() / 1000) - 900 } }),
    await stranger.proof(method, url),
  ];
  await askOf(walk, browser, signer, { ...asked, dpop: proof });
  for (const dpop of [proof, proofs[who % proofs.length]]) {
    const { reply, given } = await walk.send(browser, { ...asked, dpop });
    if (!given.lost) judgePhone(walk.ledger, { ...asked, dpop }, reply, given);
  }
}

/** A phone is unlinked, one time in two, so that some walks keep one. It can't unlink another one. */
async function unlinkPhone(walk: Walk, browser: Tabs, who: number): Promise<void> {
  const own = ownOf(walk, who);
  if (own && who % 2 === 0) await unlink(walk, browser, own);
  const signer = signerOf(own?.phone.id);
  const path = `/push/devices/${UNKNOWN_ID}`;
  if (signer) await askOf(walk, browser, signer, { method: 'DELETE', path });
}

/** Unlinks a phone at its own request. */
export async function unlink(walk: Walk, browser: Tabs, { user, phone }: { user: User; phone: Phone }): Promise<void> {
  const signer = signerOf(phone.id);
  if (!signer) return;
  const path = `/push/devices/${phone.id}`;
  const { reply, isRepeated } = await askOf(walk, browser, signer, { method: 'DELETE', path });
  // The first answer was lost, and the phone is unknown now.
  const isGone = isRepeated && reply.status === 404 && user.phones.includes(phone) && user.state === 'active';
  if (isGone) {
    user.phones = user.phones.filter((each) => each !== phone);
    if (countOf(user) === 0 && walk.now() < mandatoryFrom(user.organisation)) user.codes = new Set();
    walk.ledger.revoke(user, 'a phone was unlinked');
  }
  if (reply.status !== 204 && !isGone) return;
  await walk.useSessionsOf(user);
  // A removed phone is unknown at once.
  await askOf(walk, browser, signer, { method: 'GET', path: '/push/requests' });
}
