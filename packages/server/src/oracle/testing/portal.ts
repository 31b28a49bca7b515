import { begunByPortal, completedInPortal, continuedInBrowser } from './ledger/judge/portal.ts';
import { causesOf, judgeAnswer, recordTold, type Told } from './ledger/judge/portal-users.ts';
import { changedPassword } from './ledger/proofs/portal-password.ts';
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

const membersOf = (told: Told | undefined): Record<string, string | undefined> =>
  told === undefined
    ? {}
    : {
        ...{ username: told.username, email: told.email, changed: new Date(told.changed).toISOString() },
        inactive: told.isActive ? undefined : 'yes',
      };

/** What a portal passes to `beginFor`. */
export interface Passed {
  /** The portal's id of the user. Default: that of the user. */
  userId?: string | undefined;
  /** What the portal tells of the user. Default: nothing, so the account is not made or brought up to date. */
  told?: Partial<Told> | undefined;
  /** Where the login returns to. */
  returnTo?: string | undefined;
}

/** The portal has checked the password of a user, and begins the second step. */
export async function beginFor(
  walk: Walk,
  browser: Tabs,
  user: User,
  { userId = user.external ?? '', told: differing, returnTo }: Passed = {},
): Promise<FlowRecord | undefined> {
  browser.user = user;
  const { organisation, username, email, changedInPortal } = user;
  const told = differing && { username, email, isActive: true, changed: changedInPortal ?? walk.now(), ...differing };
  const asked = { userId, organisation, told, returnTo };
  const causes = causesOf(walk.ledger, asked);
  const query = queryOf({ user: userId, organisation: organisation.id, returnTo, ...membersOf(told) });
  const { reply, given } = await walk.send(browser, { method: 'POST', path: `/portal/log-in?${query}` });
  if (given.lost) {
    const inputs = [
      { step: 'organisation', organisation: organisation.id },
      { step: 'username', username },
    ];
    loseBegin(walk.ledger, { kind: 'login', inputs: [...inputs, { step: 'password' }] }, given);
    return undefined;
  }
  judgeAnswer(walk.ledger, causes, { status: reply.status, code: reply.body.code }, given);
  if (told && reply.status === 200) {
    recordTold(walk.ledger, user, asked);
    changedPassword(walk.ledger, user, told.changed, given);
  }
  const flow = begunByPortal(walk.ledger, user, reply, given);
  if (flow) flow.returnTo = returnTo;
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
