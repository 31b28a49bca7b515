import { type AccountEvent, EventReport } from '@tweestap/protocol';
import { revokeAccess } from '../access/revoke.ts';
import { type AccountEvents, createAccountEvents } from '../audit/account-events.ts';
import { type AccountEventRow, eventOfAccount, eventsOfAccount } from '../store/audit.ts';
import { deleteSessionsOfAccount } from '../store/sessions.ts';
import { auditChange, changeAccount, noteChange } from './account-change.ts';
import { type Answer, json, noContent } from './answer.ts';
import { checkSession, needSession } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import { checkChange, parseBody } from './inputs.ts';
import { HttpProblem } from './problem.ts';
import type { Exchange, Route } from './route-table.ts';
import { instant } from './session-routes.ts';

/** As many as one looks through. */
const MOST = 20;

/** What happened to the own account, and what one does when it was somebody else. */
export function eventRoutes(deps: HttpDeps): Route[] {
  const meanings = createAccountEvents(deps.factors);
  return [
    { method: 'GET', path: '/account/events', handle: (x) => list(deps, meanings, x) },
    {
      method: 'POST',
      path: '/account/events/:id',
      body: true,
      check: checkChange(deps, EventReport),
      handle: (x) => report(deps, meanings, x),
    },
    {
      method: 'DELETE',
      path: '/account/sessions',
      check: (x) => checkSession(deps, x),
      handle: (x) => endOthers(deps, x),
    },
  ];
}

async function list(deps: HttpDeps, { events, codesOf }: AccountEvents, exchange: Exchange): Promise<Answer> {
  const { account_id: accountId } = await needSession(deps, exchange);
  const rows = await eventsOfAccount(deps.database.read, { accountId, events, limit: 2 * MOST });
  const shown = rows.flatMap((row) => codesOf(row).map((code) => onWire(deps, row, code)));
  return json(200, { events: shown.slice(0, MOST) });
}

function onWire({ factors }: HttpDeps, row: AccountEventRow, event: AccountEvent['event']): AccountEvent {
  const { id, at, address } = row;
  const method = event === 'login' ? factors.find((factor) => factor.method === row.method)?.method : undefined;
  return {
    id,
    at: instant(at),
    event,
    ...(method === undefined ? {} : { method }),
    ...(address === null ? {} : { address }),
  };
}

/**
 * 'This was not me.' Whoever it was has nothing left that was proven before: all sessions but this one end, all devices,
 * this one as well, and all open flows; the person is told by mail. The way on is a new password, which the settings
 * page begins at once.
 */
async function report(deps: HttpDeps, { codesOf }: AccountEvents, exchange: Exchange): Promise<Answer> {
  const session = await needSession(deps, exchange);
  parseBody(EventReport, exchange.body);
  const { account_id: accountId, id_hash: current } = session;
  const event = await eventOfAccount(deps.database.read, accountId, exchange.id);
  if (!event || codesOf(event).length === 0) throw new HttpProblem('not-found');
  await changeAccount(deps, session, async (tx) => {
    await revokeAccess(tx, accountId, { now: deps.clock(), reason: 'not-me', exceptSession: current });
    await noteChange(deps, tx, exchange, session, 'not-me', { entry: event.id });
  });
  return noContent();
}

/** R71: on all instances at once. */
async function endOthers(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const session = await needSession(deps, exchange);
  await changeAccount(deps, session, async (tx) => {
    const sessions = await deleteSessionsOfAccount(tx, session.account_id, session.id_hash);
    if (sessions > 0) await auditChange(deps, tx, exchange, session, 'sessions-ended', { sessions });
  });
  return noContent();
}
