import { begunByPortal, changedInPortal, completedInPortal, continuedInBrowser } from './ledger/judge/portal.ts';
import type { FlowRecord } from './ledger/records.ts';
import type { User } from './ledger/users.ts';
import type { Completed } from './ledger/wire.ts';
import { loseBegin } from './lost.ts';
import type { Tabs } from './place.ts';
import type { Walk } from './walk.ts';

/* What a portal does that checks the passwords itself, and the page of its second step. */

const queryOf = (members: Record<string, string | undefined>): string =>
  new URLSearchParams(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ).toString();

/**
 * The portal has checked the password of a user, and begins the second step.
 * @param changed when the password was changed in the portal, in ms since the epoch. Default: the account is not brought up to date
 */
export async function beginFor(
  walk: Walk,
  browser: Tabs,
  user: User,
  { userId = user.external, changed }: { userId?: string | undefined; changed?: number } = {},
): Promise<FlowRecord | undefined> {
  browser.user = user;
  const { organisation, username, email } = user;
  const date = changed === undefined ? {} : { username, email, changed: new Date(changed).toISOString() };
  const query = queryOf({ user: userId, organisation: organisation.id, ...date });
  const { reply, given } = await walk.send(browser, { method: 'POST', path: `/portal/log-in?${query}` });
  if (given.lost) {
    const inputs = [
      { step: 'organisation', organisation: organisation.id },
      { step: 'username', username },
    ];
    loseBegin(walk.ledger, { kind: 'login', inputs: [...inputs, { step: 'password' }] }, given);
    return undefined;
  }
  if (changed !== undefined && reply.status === 200) changedInPortal(walk.ledger, user, changed, given);
  const flow = begunByPortal(walk.ledger, user, reply, given);
  await walk.afterwards(browser, { flow, asked: [], reply, disturbed: given.disturbed });
  return flow;
}

/** The page of the second step continues the login that was begun in its browser. */
export async function continueIn(walk: Walk, browser: Tabs): Promise<FlowRecord | undefined> {
  const { reply, given } = await walk.send(browser, { method: 'POST', path: '/flows/begun' });
  const flow = given.lost ? undefined : continuedInBrowser(walk.ledger, reply, given);
  if (!flow) return undefined;
  browser.flows.push(flow);
  await walk.look(browser, flow);
  return flow;
}

/** What the portal learns of a finished login, for its pending session. */
export async function completedIn(
  walk: Walk,
  browser: Tabs,
  asked: { userId?: string | undefined; flow?: string | undefined },
): Promise<Completed | undefined> {
  const { userId, flow } = asked;
  const path = `/portal/finish?${queryOf({ user: userId, flow })}`;
  const { reply, given } = await walk.send(browser, { method: 'GET', path });
  if (!given.lost) completedInPortal(walk.ledger, { userId, flow }, reply, given);
  return reply.body.login;
}
