import type { Session } from '@tweestap/protocol';
import { recordAudit } from '../audit/record.ts';
import { assuranceOfSession } from '../sessions/sessions.ts';
import { getAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { AccountRow, SessionRow } from '../store/schema.ts';
import { deleteSession } from '../store/sessions.ts';
import { type Answer, json, noContent } from './answer.ts';
import { needSession, noSession, sessionOfCaller } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import type { Exchange, Route } from './route-table.ts';

export const sessionRoutes = (deps: HttpDeps): Route[] => [
  { method: 'GET', path: '/session', handle: (exchange) => show(deps, exchange) },
  { method: 'DELETE', path: '/session', handle: (exchange) => signOut(deps, exchange) },
];

async function show(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const session = await describeSession(deps.database.read, await needSession(deps, exchange));
  if (!session) throw noSession();
  return json(200, { session });
}

/** Signing out twice is signing out. The device stays known: forgetting it is a choice of its own (R41a). */
async function signOut(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { database, clock, random, cookies } = deps;
  const { req, correlationId } = exchange;
  const session = await sessionOfCaller(deps, exchange);
  if (session) {
    await database.write(async (tx) => {
      if (!(await deleteSession(tx, session.id_hash))) return;
      const who = { organisationId: session.organisation_id, accountId: session.account_id };
      const where = { address: deps.addressOf(req), correlationId };
      await recordAudit(tx, { at: clock(), event: 'sign-out', result: 'ok', ...who, ...where }, random);
    });
  }
  return noContent([cookies.clear('session')]);
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
