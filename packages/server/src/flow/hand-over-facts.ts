import { recordRefusal } from '../audit/record.ts';
import type { System } from '../hand-over/system-keys.ts';
import { type HandedOver, namesIn, usedUntil, verifyToken } from '../hand-over/verify-token.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { accountByExternalId } from '../store/accounts/portal-accounts.ts';
import { useOnce } from '../store/requests/used-ids.ts';
import type { AccountRow } from '../store/schema.ts';
import type { Applied, EngineParts, OpenFlow, RequestContext } from './context.ts';
import { accountFacts } from './effects/account-facts.ts';
import type { Facts, HandOverProof } from './rules/facts.ts';
import { accepted, FlowError, type StepContext } from './rules/step-definition.ts';
import { stepContext } from './step-context.ts';
import { acceptProof } from './submission.ts';

/** Why a token is refused, and what the audit may say about it. */
interface Refused {
  fault: string;
  organisation?: OrganisationDefinition;
  system?: System;
}

/** What an accepted token proves, and for whom. */
interface Proven {
  facts: Facts;
  account: AccountRow;
  context: StepContext;
  proof: HandOverProof;
}

/**
 * Begins a login with the token of another system, in which the user is logged in already (K11). What the token proves is capped by
 * the policy, and the steps that are still due follow. If none is, the login ends with this.
 * @throws FlowError `bad-hand-over`, with the reason
 */
export async function beginHandOver(
  parts: EngineParts,
  flow: OpenFlow,
  { handOver, client }: { handOver: string; client: string | undefined },
  request: RequestContext,
): Promise<Applied> {
  const begun = await begin(parts, flow, { handOver, client }, request);
  if (!('fault' in begun)) {
    const { facts, account, context, proof } = begun;
    const known = { username: account.username, key: account.username_key };
    const first = { ...facts, account: known, ...(await accountFacts(account, context)), handOver: proof };
    const at = stepContext(parts, request, flow, proof.at);
    const submission = { parts, flow, request, context: at, step: 'organisation', audited: 'hand-over' } as const;
    return await acceptProof(submission, accepted(first));
  }
  await recordRefused(parts, begun, { now: parts.clock(), request });
  throw new FlowError('bad-hand-over', undefined, `The hand-over is refused: ${begun.fault}.`);
}

async function begin(
  parts: EngineParts,
  flow: OpenFlow,
  { handOver, client }: { handOver: string; client: string | undefined },
  request: RequestContext,
): Promise<Proven | Refused> {
  const { handOverNonce: nonce, otherOrigin } = request;
  if (flow.row.kind !== 'login' || client !== undefined || otherOrigin) {
    return { fault: 'it is accepted only for a login of this origin, without a client' };
  }
  const named = namesIn(handOver);
  const organisation = named && (await parts.findOrganisation(named.organisation));
  const system = organisation?.policy.handOver?.find(({ issuer }) => issuer === named?.issuer);
  if (!organisation || !system) return { fault: 'no organisation has its issuer in "policy.handOver"' };
  const about = { organisation, system };
  // Login CSRF: a token counts only in the browser for which the other system made it.
  if (nonce === undefined) return { fault: 'this browser has no nonce: send POST /hand-over first', ...about };
  const now = parts.clock();
  const expected = { audience: parts.audience, organisation: organisation.id, nonce, now };
  const token = await verifyToken(handOver, system, expected);
  if ('fault' in token) return { ...token, ...about };
  if (!(await spend(parts, organisation.id, system, token))) return { fault: 'its "jti" was used before', ...about };
  const facts = { ...flow.facts, organisation: organisation.id };
  const context = stepContext(parts, request, flow, now, facts);
  const account = await accountOf(parts, organisation.id, token, context);
  if (!account) return { fault: 'no active account has its "sub" as the external id', ...about };
  const isStrong = system.proves === 'factor' && token.amr?.includes('mfa') === true;
  const proves = isStrong ? ('factor' as const) : ('password' as const);
  return { facts, account, context, proof: { issuer: system.issuer, key: token.key, at: now, proves } };
}

/** Uses a token. Returns false when it was used before, by this or another instance. */
async function spend({ database }: EngineParts, organisation: string, { issuer }: System, token: HandedOver) {
  const used = { kind: 'hand-over', id: JSON.stringify([organisation, issuer, token.jti]) };
  return await database.write((tx) => useOnce(tx, { ...used, expiresAt: usedUntil(token) }));
}

/**
 * The account of the user. Where the portal has the users, it is asked whether it still has this one, and a user who has never
 * logged in here is found by the username of the token.
 */
async function accountOf(
  { database }: EngineParts,
  organisation: string,
  { sub, username }: HandedOver,
  { portal }: StepContext,
): Promise<AccountRow | undefined> {
  const account = await accountByExternalId(database.read, organisation, sub);
  if (!portal) return account?.state === 'active' ? account : undefined;
  // The name of the token may be newer than that of the account, but the id alone decides.
  const known = account && (await portal.ownerOf(account));
  const user = known ?? (username === undefined ? undefined : await portal.find(username));
  if (user?.id !== sub || !user.isActive) return undefined;
  const shadow = await portal.accountOf(user);
  return shadow.state === 'active' ? shadow : undefined;
}

/** Records a refused token. Repetitions within an hour are counted in one row (R93), and nothing of the token is stored. */
async function recordRefused(
  { database, random }: EngineParts,
  { fault, organisation, system }: Refused,
  { now, request: { address, correlationId } }: { now: number; request: RequestContext },
): Promise<void> {
  const entry = {
    ...{ at: now, event: 'hand-over', result: 'bad-hand-over', accountId: null, address, correlationId },
    organisationId: organisation?.id ?? null,
    detail: { ...(system ? { handOver: system.issuer } : {}), why: fault },
  };
  await database.write((tx) => recordRefusal(tx, entry, random));
}
