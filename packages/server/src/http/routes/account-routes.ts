import { AccountChange, EventReport, FactorChange, NewInstallation } from '@tweestap/protocol';
import { type AccountEvents, createAccountEvents, listEvents, reportEvent } from '../../account/account-events.ts';
import type { Caller } from '../../account/change-account.ts';
import { describeAccount, describeInstallation } from '../../account/describe-account.ts';
import { endOtherSessions } from '../../account/end-sessions.ts';
import { addInstallation, removeInstallation } from '../../account/installations.ts';
import { changeRememberFor, forgetDevice, forgetDevices } from '../../account/remembered-devices.ts';
import { removeFactor, renameFactor } from '../../account/remove-factor.ts';
import { type Answer, json, noContent } from '../answer.ts';
import { checkChange, parseBody } from '../body.ts';
import { callerOf, checkSession, needSession } from '../caller.ts';
import type { Exchange, HttpDeps, Route } from '../route-table.ts';

/**
 * The routes for reading and changing the caller's account. Ids of other accounts are not found, in any organisation
 * (R64).
 */
export const accountRoutes = (deps: HttpDeps): Route[] => [
  { method: 'GET', path: '/account', handle: async (x) => show(deps, await callerOf(deps, x)) },
  {
    method: 'PATCH',
    path: '/account',
    body: true,
    check: checkChange(deps, AccountChange),
    handle: (x) => change(deps, x),
  },
  {
    method: 'PATCH',
    path: '/account/factors/:id',
    body: true,
    check: checkChange(deps, FactorChange),
    handle: (x) => rename(deps, x),
  },
  {
    method: 'DELETE',
    path: '/account/factors/:id',
    check: (x) => checkSession(deps, x),
    handle: (x) => remove(deps, x),
  },
  {
    method: 'DELETE',
    path: '/account/devices/:id',
    check: (x) => checkSession(deps, x),
    handle: (x) => forget(deps, x),
  },
  {
    method: 'DELETE',
    path: '/account/devices',
    check: (x) => checkSession(deps, x),
    handle: (x) => forgetAll(deps, x),
  },
];

/** The routes that register and remove an installation of a client (R94). */
export const installationRoutes = (deps: HttpDeps): Route[] => [
  {
    method: 'POST',
    path: '/clients/:id/installations',
    body: true,
    check: checkChange(deps, NewInstallation),
    handle: (x) => register(deps, x),
  },
  {
    method: 'DELETE',
    path: '/account/installations/:id',
    check: (x) => checkSession(deps, x),
    handle: (x) => unregister(deps, x),
  },
];

async function register(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const caller = await callerOf(deps, exchange);
  const added = await addInstallation(deps, caller, exchange.id, parseBody(NewInstallation, exchange.body));
  return json(201, { installation: describeInstallation(added) });
}

async function unregister(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  await removeInstallation(deps, await callerOf(deps, exchange), exchange.id);
  return noContent();
}

async function show(deps: HttpDeps, caller: Caller): Promise<Answer> {
  return json(200, await describeAccount(deps, caller));
}

async function change(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const caller = await callerOf(deps, exchange);
  const { rememberFor } = parseBody(AccountChange, exchange.body);
  await changeRememberFor(deps, caller, rememberFor);
  return await show(deps, caller);
}

async function rename(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const caller = await callerOf(deps, exchange);
  const { name } = parseBody(FactorChange, exchange.body);
  await renameFactor(deps, caller, exchange.id, name);
  return await show(deps, caller);
}

async function remove(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  await removeFactor(deps, await callerOf(deps, exchange), exchange.id);
  return noContent();
}

async function forget(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  await forgetDevice(deps, await callerOf(deps, exchange), exchange.id);
  return noContent();
}

async function forgetAll(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  await forgetDevices(deps, await callerOf(deps, exchange));
  return noContent();
}

/**
 * The routes for the recent events of the caller's account, for reporting one ('this was not me'), and for ending
 * sessions.
 */
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
