import { deviceName, markKnown } from '../devices/known-device.ts';
import { durationMs } from '../organisations/policy.ts';
import { type Assurance, createSession, renewSession } from '../sessions/sessions.ts';
import type { Tx } from '../store/database.ts';
import { touchInstallation } from '../store/installations.ts';
import type { EngineDeps, Issued, OpenFlow, RequestContext, Submission } from './context.ts';
import { endsBeforeLogin } from './recheck.ts';
import type { Facts } from './rules/facts.ts';
import { Conflict } from './rules/step-definition.ts';

/** Issues the cookies at the end of a flow: session and device after a login, the device alone after any other flow. */
export async function issueCookies(
  tx: Tx,
  { parts, flow, request, context }: Submission,
  { done, assurance }: { done: boolean; assurance: Assurance | undefined },
): Promise<Issued | undefined> {
  const { random } = parts;
  const { now } = context;
  if (assurance) return await complete(tx, { flow, facts: flow.facts, assurance }, request, { random, now });
  return done ? await recordBrowser(tx, flow, request, { random, now }) : undefined;
}

/**
 * Ends a flow in the transaction of its last proof. Issues the session under a new id (R67) and records the browser as known
 * (D7). @throws Conflict
 */
async function complete(
  tx: Tx,
  { flow, facts, assurance }: { flow: OpenFlow; facts: Facts; assurance: Assurance },
  request: RequestContext,
  { random, now }: Pick<EngineDeps, 'random'> & { now: number },
): Promise<Issued> {
  const { person, organisation: organisationId } = facts;
  if (!person || organisationId === undefined) throw new Error('A flow ended without a user.');
  // A page on another origin has no cookies: it gets the assertion, with which the portal makes its own session.
  if (request.otherOrigin) return {};
  const accountId = person.id;
  const device = await markKnown(tx, {
    token: request.deviceToken,
    accountId,
    organisationId,
    name: deviceName(request.userAgent),
    remember: rememberOf(flow, { facts, assurance, now }),
    now,
    random,
  });
  const installation = facts.client?.installation;
  if (installation) await touchInstallation(tx, installation.id, now);
  const session = await sessionOf(tx, { facts, assurance, accountId, organisationId, request, random, now });
  return { session, ...(device ? { device } : {}) };
}

/**
 * Ends a flow in which a password was chosen by a mailed link. It issues no session, and no factor is remembered. The browser
 * becomes known, so wrong passwords that a stranger types a minute later do not lock the user out again (D12).
 */
async function recordBrowser(
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
    const client = facts.client?.id;
    return await createSession(tx, { accountId, organisationId, assurance, previous, client, now, random });
  }
  const renewed = request.session && (await renewSession(tx, { session: request.session, assurance, now, random }));
  if (!renewed) throw new Conflict('no-session');
  return renewed;
}

/**
 * R41: a device is remembered only when the user chose it together with a factor that was verified in this flow. A proof at
 * AAL1, such as a push without a number, does not suffice (D2).
 */
function rememberOf(
  flow: OpenFlow,
  { facts: { remember, factor }, assurance, now }: { facts: Facts; assurance: Assurance; now: number },
) {
  if (flow.row.kind !== 'login' || remember === undefined || remember === 'never' || !factor) return undefined;
  if (assurance.acr !== 'aal2') return undefined;
  return { until: now + durationMs(remember), factorTime: factor.at };
}
