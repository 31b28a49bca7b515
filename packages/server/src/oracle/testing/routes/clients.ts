import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { claimsAt } from '../../../http/testing/clients.ts';
import { installed } from '../ledger/proofs/clients.ts';
import type { User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import { clientKeys, installationKey, makeInstallationKey } from '../settle/client-keys.ts';
import type { Walk } from '../walk.ts';
import { ask, UNKNOWN_ID } from './account.ts';
import type { RouteMoves } from './flows.ts';

/** How a walk uses the routes of clients. Low numbers are wrong requests. */
export const clientRoutes: RouteMoves = {
  'POST /clients/:id/installations': addInstallation,
  'DELETE /account/installations/:id': removeInstallation,
};

const ownerOf = (walk: Walk, browser: Tabs): User | undefined =>
  walk.ledger.sessions.get(browser.cookies.session ?? '')?.user;

/** Registers a new key, or for low numbers one of another user, without its own proof, for another client or account. */
async function addInstallation(walk: Walk, browser: Tabs, who: number): Promise<void> {
  const user = ownerOf(walk, browser);
  const others = walk.ledger.users.filter((each) => each !== user).flatMap(({ installations }) => installations);
  const key = (who === 0 ? installationKey(others[0]?.key.x) : undefined) ?? (await makeInstallationKey());
  const signer = who === 1 ? clientKeys.untrusted : key;
  const client = who === 2 ? 'kiosk' : 'pocket';
  const sub = who === 3 ? walk.user(who).id : user?.id;
  const proof = signer.sign(claimsAt(walk.now(), { iss: client, sub, jti: randomUUID() }));
  const body = { publicKey: key.publicKey, proof };
  const path = `/clients/${client}/installations`;
  const { reply, session, given } = await ask(walk, browser, 'POST', path, body);
  if (session) installed(walk.ledger, session, { client, id: String(reply.body.installation?.id), body, given });
}

async function removeInstallation(walk: Walk, browser: Tabs, who: number): Promise<void> {
  const user = ownerOf(walk, browser);
  const others = walk.ledger.users.filter((each) => each !== user).flatMap(({ installations }) => installations);
  const installation = who % 4 === 0 ? others[0] : user?.installations.at(-1);
  const id = installation?.id ?? UNKNOWN_ID;
  const { session: now, before } = await ask(walk, browser, 'DELETE', `/account/installations/${id}`);
  const session = now ?? (installation && before);
  if (!session || !installation) return;
  assert.ok(session.user.installations.includes(installation), 'an installation of another user was removed (R64)');
  session.user.installations = session.user.installations.filter((each) => each !== installation);
  walk.ledger.endSessionsOf(installation.client, session.user, 'the user removed the installation');
  await walk.useSessionsOf(session.user);
}
