import type { Kind } from '@tweestap/protocol';
import { deviceName, markKnown } from '../devices/mark-known.ts';
import { durationMs } from '../organisations/policy.ts';
import { type Assurance, assuranceOfSession, createSession, renewSession } from '../sessions/sessions.ts';
import type { Tx } from '../store/database.ts';
import type { SessionRow } from '../store/schema.ts';
import type { EngineDeps, Issued, RequestContext } from './engine-types.ts';
import type { OpenFlow } from './open-flow.ts';
import { assuranceOf } from './rules/assurance.ts';
import { Lost } from './rules/errors.ts';
import type { Registry } from './rules/factor.ts';
import type { Facts } from './rules/facts.ts';

/** D9: who only held a mailed link is not logged in; what comes next is the login. */
export function endsBeforeLogin(kind: Kind): boolean {
  return ['activate', 'reset', 'unlock', 'register'].includes(kind);
}

/** What a flow that is done came to; a flow of a session adds to what that session had proven. */
export function resultOf(registry: Registry, facts: Facts, session: SessionRow | undefined): Assurance {
  const reached = assuranceOf(registry, facts);
  return facts.session === undefined || session === undefined || reached.acr === 'aal2'
    ? reached
    : assuranceOfSession(session);
}

/**
 * The end of a flow, in the transaction of its last proof: the session under a new id (R67), and the browser known from
 * now on (D7). @throws Lost
 */
export async function complete(
  tx: Tx,
  { flow, facts, assurance }: { flow: OpenFlow; facts: Facts; assurance: Assurance },
  request: RequestContext,
  { random, now }: Pick<EngineDeps, 'random'> & { now: number },
): Promise<Issued> {
  const { person, organisation: organisationId } = facts;
  if (!person || organisationId === undefined) throw new Error('A flow ended without a person.');
  const accountId = person.id;
  const device = await markKnown(tx, {
    token: request.deviceToken,
    accountId,
    organisationId,
    name: deviceName(request.userAgent),
    remember: rememberOf(flow, facts, now),
    now,
    random,
  });
  const session = await sessionOf(tx, { facts, assurance, accountId, organisationId, request, random, now });
  return { session, ...(device ? { device } : {}) };
}

/**
 * The end of a flow that chose a password by a mailed link: no session, and nothing is remembered. The browser is known from
 * now on, so that a stranger who types wrong passwords a minute later does not lock its owner out again (D12).
 */
export async function knowBrowser(
  tx: Tx,
  { row, facts }: OpenFlow,
  request: RequestContext,
  { random, now }: Pick<EngineDeps, 'random'> & { now: number },
): Promise<Issued | undefined> {
  const { person, organisation: organisationId } = facts;
  if (!person || organisationId === undefined || facts.newPassword === undefined) return undefined;
  if (!endsBeforeLogin(row.kind)) throw new Error(`A flow of kind ${row.kind} ended without a session.`);
  const { deviceToken: token, userAgent } = request;
  const where = { accountId: person.id, organisationId, name: deviceName(userAgent) };
  const device = await markKnown(tx, { token, ...where, remember: undefined, now, random });
  return device && { device };
}

async function sessionOf(
  tx: Tx,
  options: {
    facts: Facts;
    assurance: Assurance;
    accountId: string;
    organisationId: string;
    request: RequestContext;
  } & Pick<EngineDeps, 'random'> & { now: number },
) {
  const { facts, assurance, accountId, organisationId, request, random, now } = options;
  if (facts.session === undefined) {
    const previous = request.session;
    return await createSession(tx, { accountId, organisationId, assurance, previous, now, random });
  }
  const renewed = request.session && (await renewSession(tx, { session: request.session, assurance, now, random }));
  if (!renewed) throw new Lost('no-session');
  return renewed;
}

/** R41: only what was ticked beside a factor that this very flow has verified. */
function rememberOf(flow: OpenFlow, { remember, factor }: Facts, now: number) {
  if (flow.row.kind !== 'login' || remember === undefined || remember === 'never' || !factor) return undefined;
  return { until: now + durationMs(remember), factorTime: factor.at };
}
