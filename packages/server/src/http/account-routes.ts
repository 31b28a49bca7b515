import type { Account, Duration } from '@tweestap/protocol';
import { AccountChange, FactorChange, FEW_RECOVERY_CODES } from '@tweestap/protocol';
import { givenName } from '../accounts/given-name.ts';
import { recognise } from '../devices/browser-token.ts';
import { hasFactor } from '../flow/factor.ts';
import { flowsFor } from '../flow/own-flows.ts';
import { possessionOf } from '../flow/possession.ts';
import { setUpDue, timeLeft } from '../organisations/set-up.ts';
import { otherSessions } from '../sessions/sessions.ts';
import { getAccount, setRememberFor } from '../store/accounts.ts';
import { devicesOfAccount, forgetDevice, forgetDevicesOfAccount } from '../store/devices.ts';
import { activeFactors, renameFactor } from '../store/factors.ts';
import { getOrganisation } from '../store/organisations.ts';
import type { FactorRow, SessionRow } from '../store/schema.ts';
import { changeAccount, noteChange } from './account-change.ts';
import { type Answer, json, noContent } from './answer.ts';
import { checkSession, needSession, noSession } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import { checkChange, parseBody } from './inputs.ts';
import { HttpProblem } from './problem.ts';
import { removeFactor } from './remove-factor.ts';
import type { Exchange, Route } from './route-table.ts';
import { instant, userOnWire } from './session-routes.ts';
import { isSteppedUp, STEP_UP_MAX_AGE, stepUpNeeded } from './step-up.ts';

/** What a person sees and changes of the own account. Ids of others are not found, whatever the organisation (R64). */
export const accountRoutes = (deps: HttpDeps): Route[] => [
  { method: 'GET', path: '/account', handle: async (x) => show(deps, x, await needSession(deps, x)) },
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

async function show(deps: HttpDeps, { tokens }: Exchange, session: SessionRow): Promise<Answer> {
  const { read } = deps.database;
  const { account_id: id, organisation_id: organisationId } = session;
  const now = deps.clock();
  const [account, organisation, factors, has, devices, browser, others] = await Promise.all([
    getAccount(read, organisationId, id),
    getOrganisation(read, organisationId),
    activeFactors(read, id),
    possessionOf(read, id),
    devicesOfAccount(read, id, now),
    recognise(read, tokens.device),
    otherSessions(read, session, now),
  ]);
  if (!account || !organisation) throw noSession();
  const { policy } = organisation;
  const { choices, default: usual } = policy.remember;
  const mayGo = factors.length > 1 || setUpDue(policy, now) !== 'mandatory';
  const isOn = hasFactor(has);
  const deadline = timeLeft(policy, now)?.deadline;
  const here = browser.state === 'found' ? browser.browser.id : undefined;
  const body: Account = {
    user: userOnWire(account),
    factors: factors.map((factor) => ({
      id: factor.id,
      method: factor.method,
      name: factor.name,
      createdAt: instant(factor.created_at),
      ...(factor.last_used_at === null ? {} : { lastUsedAt: instant(factor.last_used_at) }),
      ...describe(deps.factors, factor),
      removable: mayGo,
    })),
    recoveryCodesLeft: has.recoveryCodes,
    recoveryCodesLow: isOn && policy.recoveryCodes && has.recoveryCodes <= FEW_RECOVERY_CODES,
    rememberFor: choices.find((choice) => choice === account.remember_for) ?? usual,
    rememberChoices: choices,
    devices: devices.map((device) => ({
      id: device.id,
      name: device.name,
      lastUsedAt: instant(device.last_used_at),
      expiresAt: instant(device.remembered_until ?? device.last_used_at),
      current: device.browser_id === here,
    })),
    enrolment: { state: isOn ? 'on' : 'off', ...(deadline === undefined ? {} : { deadline: instant(deadline) }) },
    otherSessions: others,
    authenticators: policy.authenticators,
    flows: flowsFor(has, policy, now),
  };
  return json(200, body);
}

function describe(factors: HttpDeps['factors'], row: FactorRow): { to?: string } {
  return factors.find(({ method }) => method === row.method)?.describe?.(row) ?? {};
}

async function change(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const session = await needSession(deps, exchange);
  const { rememberFor } = parseBody(AccountChange, exchange.body);
  const organisation = await getOrganisation(deps.database.read, session.organisation_id);
  // R37: only what the policy offers; the wire knows more choices than one organisation allows.
  const choices: readonly Duration[] = organisation?.policy.remember.choices ?? [];
  if (!choices.includes(rememberFor)) throw new HttpProblem('not-allowed');
  await changeAccount(deps, session, (tx) => setRememberFor(tx, session.account_id, rememberFor));
  return await show(deps, exchange, session);
}

async function rename(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const session = await needSession(deps, exchange);
  const name = givenName(parseBody(FactorChange, exchange.body).name);
  if (name === undefined) throw new HttpProblem('bad-name');
  const renamed = await changeAccount(deps, session, (tx) => renameFactor(tx, session.account_id, exchange.id, name));
  if (!renamed) throw new HttpProblem('not-found');
  return await show(deps, exchange, session);
}

async function remove(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const session = await needSession(deps, exchange);
  // R9: the password, or a device that was remembered, is not enough to take a factor away.
  if (!isSteppedUp(session, deps.clock(), STEP_UP_MAX_AGE)) throw stepUpNeeded(STEP_UP_MAX_AGE);
  await removeFactor(deps, exchange, session);
  return noContent();
}

async function forget(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const session = await needSession(deps, exchange);
  const forgotten = await changeAccount(deps, session, async (tx) => {
    if (!(await forgetDevice(tx, session.account_id, exchange.id))) return false;
    await noteChange(deps, tx, exchange, session, 'device-forgotten');
    return true;
  });
  if (!forgotten) throw new HttpProblem('not-found');
  return noContent();
}

async function forgetAll(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const session = await needSession(deps, exchange);
  await changeAccount(deps, session, async (tx) => {
    if ((await forgetDevicesOfAccount(tx, session.account_id)) === 0) return;
    await noteChange(deps, tx, exchange, session, 'device-forgotten');
  });
  return noContent();
}
