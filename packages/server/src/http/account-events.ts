import { EventReport } from '@tweestap/protocol';
import { type AccountEvents, createAccountEvents, listEvents, reportEvent } from '../account/account-events.ts';
import { endOtherSessions } from '../account/end-sessions.ts';
import { type Answer, json, noContent } from './answer.ts';
import { callerOf, checkSession, needSession } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import { checkChange, parseBody } from './inputs.ts';
import type { Exchange, Route } from './route-table.ts';

/** What happened to the own account, and what the user does when it was somebody else. */
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

async function list(deps: HttpDeps, meanings: AccountEvents, exchange: Exchange): Promise<Answer> {
  const { account_id: accountId } = await needSession(deps, exchange);
  return json(200, { events: await listEvents(deps, meanings, accountId) });
}

async function report(deps: HttpDeps, meanings: AccountEvents, exchange: Exchange): Promise<Answer> {
  const caller = await callerOf(deps, exchange);
  parseBody(EventReport, exchange.body);
  await reportEvent(deps, meanings, caller, exchange.id);
  return noContent();
}

async function endOthers(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  await endOtherSessions(deps, await callerOf(deps, exchange));
  return noContent();
}
