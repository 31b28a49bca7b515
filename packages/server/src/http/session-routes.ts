import type { Session } from '@tweestap/protocol';
import { recognise } from '../devices/browser-token.ts';
import { assuranceOfSession } from '../sessions/sessions.ts';
import { getAccount, lockAccount } from '../store/accounts.ts';
import type { Db, Tx } from '../store/database.ts';
import { deviceOf, devicesOnBrowser, forgetDevice } from '../store/devices.ts';
import type { AccountRow, SessionRow } from '../store/schema.ts';
import { deleteSession } from '../store/sessions.ts';
import { auditChange, noteChange } from './account-change.ts';
import { type Answer, json, noContent } from './answer.ts';
import { needSession, noSession, sessionOfCaller } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import { malformed } from './problem.ts';
import type { Exchange, Route } from './route-table.ts';

export const sessionRoutes = (deps: HttpDeps): Route[] => [
  { method: 'GET', path: '/session', handle: (exchange) => show(deps, exchange) },
  {
    method: 'DELETE',
    path: '/session',
    query: ['forget'],
    check: async (exchange) => void forgetOf(exchange),
    handle: (exchange) => signOut(deps, exchange),
  },
];

async function show(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const session = await describeSession(deps.database.read, await needSession(deps, exchange));
  if (!session) throw noSession();
  return json(200, { session });
}

/** Signing out twice is signing out. The device stays known: forgetting it is a choice of its own (R41a). */
async function signOut(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { database, cookies } = deps;
  const forget = forgetOf(exchange);
  const session = await sessionOfCaller(deps, exchange);
  const cleared = [cookies.clear('session')];
  if (session) {
    await database.write(async (tx) => {
      await lockAccount(tx, session.account_id);
      if (!(await deleteSession(tx, session.id_hash))) return;
      await auditChange(deps, tx, exchange, session, 'sign-out');
      if (forget && (await forgetHere(deps, tx, exchange, session))) cleared.push(cookies.clear('device'));
    });
  }
  return noContent(cleared);
}

/** @throws HttpProblem `malformed` */
function forgetOf({ query }: Exchange): 'device' | undefined {
  const forget = query.get('forget');
  if (forget !== undefined && forget !== 'device') throw malformed('?forget', '"device"');
  return forget;
}

/** R41a: a shared computer knows this person no more; others who use it stay (R36). Answers whether nobody is left. */
async function forgetHere(deps: HttpDeps, tx: Tx, exchange: Exchange, session: SessionRow): Promise<boolean> {
  const browser = await recognise(tx, exchange.tokens.device);
  if (browser.state !== 'found') return false;
  const { id } = browser.browser;
  const device = await deviceOf(tx, id, session.account_id);
  if (!device || !(await forgetDevice(tx, session.account_id, device.id))) return false;
  // What was known, but never remembered, was worth nothing to anybody.
  const isRemembered = device.remembered_until !== null && device.remembered_until > deps.clock();
  if (isRemembered) await noteChange(deps, tx, exchange, session, 'device-forgotten');
  return (await devicesOnBrowser(tx, id)).length === 0;
}

/** A session as its holder and the portal see it; undefined when the account is gone. */
export async function describeSession(read: Db, row: SessionRow): Promise<Session | undefined> {
  const account = await getAccount(read, row.organisation_id, row.account_id);
  return account && sessionOnWire(row, account);
}

function sessionOnWire(row: SessionRow, account: AccountRow): Session {
  const { amr, acr, factorTime, recovery } = assuranceOfSession(row);
  return {
    user: userOnWire(account),
    amr,
    acr,
    authTime: instant(row.auth_time),
    ...(factorTime === null ? {} : { factorTime: instant(factorTime) }),
    recovery,
    expiresAt: instant(row.expires_at),
  };
}

export const userOnWire = ({ id, organisation_id, username, name }: AccountRow): Session['user'] => ({
  id,
  organisation: organisation_id,
  username,
  ...(name === null ? {} : { name }),
});

/** Milliseconds since the epoch as RFC 3339. */
export const instant = (at: number): string => new Date(at).toISOString();
