import assert from 'node:assert/strict';
import type { Tabs } from '../place.ts';
import { continueIn } from '../portal.ts';
import type { Walk } from '../walk.ts';

/** How a walk uses routes, by method and path. `who`: any number, which also chooses the variant. */
export type RouteMoves = Readonly<Record<string, (walk: Walk, browser: Tabs, who: number) => Promise<void>>>;

/** How a walk uses the routes of flows, and those that need no proof. */
export const flowRoutes: RouteMoves = {
  'POST /flows': async (walk, browser) => void (await walk.begin(browser, 'login')),
  'POST /flows/begun': async (walk, browser, who) => {
    const begun = browser.flows.at(-1)?.id;
    // With an even number, the newest flow of the browser, which no portal may have begun (R2).
    if (who % 2 === 0 && begun !== undefined) browser.cookies.begun = begun;
    await continueIn(walk, browser);
  },
  'GET /flows/:id': async (walk, browser) => void (await walk.look(browser, browser.flows.at(-1))),
  'POST /flows/:id': async (walk, browser, who) => void (await walk.answer(browser, who)),
  'DELETE /flows/:id': cancel,
  'GET /flows/:id/events': async (walk, browser) => {
    const flow = browser.flows.at(-1);
    // A stream of a waiting flow does not end, so only its headers are requested.
    if (flow) await walk.send(browser, { method: 'HEAD', path: `/flows/${flow.id}/events`, token: flow.token });
  },
  'POST /sms/delivery': async (walk, browser) => {
    const { reply } = await walk.send(browser, {
      method: 'POST',
      path: '/sms/delivery',
      body: { id: 'one', status: 'delivered' },
    });
    // Only the gateway can sign a report.
    assert.ok([403, 404, 415, 503].includes(reply.status), `an unsigned report was answered ${reply.status}`);
  },
  'GET /organisations': async (walk, browser) => await open(walk, browser, '/organisations?q=clinic'),
  'POST /hand-over': beginHandOver,
  'GET /.well-known/jwks.json': async (walk, browser) => await open(walk, browser, '/.well-known/jwks.json'),
  'GET /openapi.json': async (walk, browser) => await open(walk, browser, '/openapi.json'),
  'GET /.well-known/webauthn': async (walk, browser) => await open(walk, browser, '/.well-known/webauthn'),
  'GET /health/live': async (walk, browser) => await open(walk, browser, '/health/live'),
  'GET /health/ready': async (walk, browser) => await open(walk, browser, '/health/ready'),
};

async function open(walk: Walk, browser: Tabs, path: string): Promise<void> {
  const { reply } = await walk.send(browser, { method: 'GET', path });
  assert.equal(reply.status, 200);
}

async function cancel(walk: Walk, browser: Tabs): Promise<void> {
  const flow = browser.flows.at(-1);
  if (!flow) return;
  const { reply } = await walk.send(browser, { method: 'DELETE', path: `/flows/${flow.id}`, token: flow.token });
  if (reply.status === 204) flow.dead ??= 'it was cancelled';
}

/** Gets a nonce for the token of another system (K11). Returns undefined if the answer was lost. */
export async function askNonce(walk: Walk, browser: Tabs): Promise<string | undefined> {
  const { reply, given } = await walk.send(browser, { method: 'POST', path: '/hand-over' });
  if (given.lost) return undefined;
  const { nonce } = reply.body;
  const cookie = reply.set['hand-over'];
  assert.ok(reply.status === 200 && nonce !== undefined && cookie, 'a browser got no nonce for a hand-over');
  walk.ledger.nonces.set(cookie, nonce);
  return nonce;
}

/** A token of an unknown system opens nothing (K11). */
async function beginHandOver(walk: Walk, browser: Tabs): Promise<void> {
  await askNonce(walk, browser);
  const body = { kind: 'login', handOver: 'e30.e30.e30' };
  const begun = await walk.send(browser, { method: 'POST', path: '/flows', body });
  assert.ok(begun.reply.status >= 400, 'the token of an unknown system began a flow (K11)');
}
