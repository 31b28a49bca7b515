import type { Flow, Input, Kind } from '@tweestap/protocol';
import { createAnswerFloor } from '../accounts/answer-floor.ts';
import { assertionSigner } from '../assertion/sign-assertion.ts';
import { hashToken } from '../crypto/tokens.ts';
import { KEPT_BY_PORTAL, mayChangePassword } from '../directory/directory.ts';
import { clientSession } from '../sessions/sessions.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import { deleteFlow, endExpiredFlow } from '../store/flows.ts';
import { voidExpiredLink } from '../store/links.ts';
import type { AccountRow, SessionRow } from '../store/schema.ts';
import { createThrottle, DEFAULT_THROTTLE } from '../throttle/throttle.ts';
import { factsOfNonce, withAssertion } from './assertion-facts.ts';
import { begin, begunFlow } from './begin.ts';
import { factsOfClient } from './client-facts.ts';
import type {
  Applied,
  Engine,
  EngineDeps,
  EngineParts,
  FlowRef,
  Issued,
  OpenFlow,
  Outcome,
  RequestContext,
} from './context.ts';
import { enterStep, isUnprepared } from './enter-step.ts';
import { beginHandOver } from './hand-over-facts.ts';
import { factsOfLink, needsLink } from './link-facts.ts';
import { CLOCK_SLACK, loadFlow, markSaved, newFlow, saveFlow, show } from './open-flow.ts';
import { organisationCache } from './organisation-cache.ts';
import { createRegistry, hasFactor } from './rules/factor.ts';
import type { Facts, Possession } from './rules/facts.ts';
import { createOrder } from './rules/next-step.ts';
import { mayBegin, possessionOf, withoutDeskCode } from './rules/possession.ts';
import { Conflict, FlowError, type StepList } from './rules/step-definition.ts';
import { stepContext } from './step-context.ts';
import { applyInput } from './submission.ts';

/** Creates the engine. Only the engine counts attempts, applies locks, ends flows and creates sessions. */
export function createEngine(deps: EngineDeps): Engine {
  const registry = createRegistry(deps.factors);
  const parts: EngineParts = {
    ...deps,
    steps: deps.steps as StepList,
    registry,
    order: createOrder(registry),
    ...organisationCache(deps.database.read, deps.clock, deps.hasher.scheme),
    answerFloor: createAnswerFloor(deps.timer),
    directoryFloor: createAnswerFloor(deps.timer, deps.directory),
    throttle: deps.throttle ?? createThrottle(deps, DEFAULT_THROTTLE),
    signAssertion: deps.signAssertion ?? assertionSigner({ ...deps, issuer: deps.baseUrl }),
    audience: deps.audience ?? `${deps.baseUrl}/mfa/v1`,
  };
  return {
    async start({ kind, inputs = [], link, returnTo, client, clientAssertion, nonce, handOver }, context) {
      const { clock, random, allowedReturnTo } = parts;
      const now = clock();
      const asked = factsOfNonce({ kind, nonce, client }, context);
      const started = await firstFacts(parts, { kind, link, now }, context);
      const proof = await factsOfClient(parts, { client, clientAssertion }, { kind, inputs, now }, context);
      const facts: Facts = { ...started, ...proof, ...asked };
      if (returnTo !== undefined) {
        if (!(await allowedReturnTo(facts.organisation, returnTo))) throw new FlowError('not-allowed');
        facts.returnTo = returnTo;
      }
      const { browserHash, address } = context;
      const { flow, token } = newFlow(kind, facts, { now, browserHash, address, random });
      const begun = handOver === undefined ? {} : await beginHandOver(parts, flow, { handOver, client }, context);
      return { ...(await applyAll(parts, flow, inputs, context, begun)), token };
    },
    begin: (login, context) => begin(parts, login, context),
    async continueBegun(id, context) {
      const { ref, token } = await begunFlow(parts, id);
      return { flow: await view(parts, ref, context), token };
    },
    view: (ref, context) => view(parts, ref, context),
    async submit(ref, inputs, context) {
      return await orEnd(parts, ref, async () => {
        const flow = await loadFlow(parts.database.read, ref, context, parts.clock());
        return await applyAll(parts, flow, inputs, context);
      });
    },
    async cancel(ref, context) {
      await orEnd(parts, ref, async () => {
        const flow = await loadFlow(parts.database.read, ref, context, parts.clock());
        await parts.database.write((tx) => deleteFlow(tx, flow.row.id));
      });
    },
  };
}

async function view(parts: EngineParts, ref: FlowRef, context: RequestContext): Promise<Flow> {
  const now = parts.clock();
  const flow = await loadFlow(parts.database.read, ref, context, now);
  return await present(parts, await withStepEntered(parts, flow, context), context, now);
}

/** Ends a flow that is refused because it has expired, so a clock that is set back does not revive it (R86). */
async function orEnd<T>({ database, clock }: EngineParts, { id }: FlowRef, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // `flow-expired` is thrown only when token and browser match; otherwise the code is `no-such-flow`.
    if (error instanceof FlowError && error.code === 'flow-expired') {
      const now = clock();
      await database.write((tx) => endExpiredFlow(tx, id, { now, madeUntil: now + CLOCK_SLACK }));
    }
    throw error;
  }
}

/** The facts of a mailed link. An expired link is voided permanently (R86). @throws FlowError */
async function linkFacts(
  { database, random, directory }: EngineParts,
  use: { kind: Kind; link: string | undefined; now: number },
  request: RequestContext,
): Promise<Facts> {
  const { link, now } = use;
  try {
    return await factsOfLink({ database, random, directory }, use, request);
  } catch (error) {
    if (error instanceof FlowError && error.code === 'link-expired' && link !== undefined) {
      await database.write((tx) => voidExpiredLink(tx, hashToken(link), now));
    }
    throw error;
  }
}

/** The facts before the first input: none, or those of the link or the session (R4). @throws FlowError */
async function firstFacts(
  parts: EngineParts,
  { kind, link, now }: { kind: Kind; link: string | undefined; now: number },
  context: RequestContext,
): Promise<Facts> {
  const { database, findOrganisation } = parts;
  const refusal = refusedInPortal(parts, kind);
  if (refusal !== undefined) throw new FlowError('not-allowed', undefined, refusal);
  if (link !== undefined || needsLink(kind)) return await linkFacts(parts, { kind, link, now }, context);
  if (kind === 'login' || kind === 'recover' || kind === 'register' || kind === 'reset') return {};
  const { session } = context;
  if (!session) throw new FlowError('no-session');
  // R94: the session of a client changes nothing of the account. It may only prove more.
  if (session.client !== null && kind !== 'step-up')
    throw new FlowError('not-allowed', undefined, clientSession(session.client));
  const account = await getAccount(database.read, session.organisation_id, session.account_id);
  const organisation = await findOrganisation(session.organisation_id);
  if (account?.state !== 'active' || !organisation) throw new FlowError('no-session');
  if (kind === 'change-password' && !mayChangePassword(account, parts.directory)) {
    throw new FlowError('not-allowed', undefined, KEPT_BY_PORTAL);
  }
  const has = withoutDeskCode(kind, await possessionOf(database.read, account.id));
  if (!mayBegin(kind, has, organisation.policy, now)) throw new FlowError('not-allowed');
  return {
    organisation: organisation.id,
    person: { id: account.id, username: account.username, ...(account.name === null ? {} : { name: account.name }) },
    has,
    session: session.id_hash,
    ...portalProof(parts, account, { has, session, now }),
  };
}

/** In ms: how long a login counts as a fresh proof of a password that only the portal can check. */
const PORTAL_PROOF_MS = 5 * 60_000;

/**
 * The confirmation of a password that only the portal can check. A user with a factor proves that instead (R9); a user without
 * one must have logged in just now, so that a stolen session enrolls nothing. @throws FlowError `not-allowed`
 */
function portalProof(
  { directory }: EngineParts,
  account: AccountRow,
  { has, session, now }: { has: Possession; session: SessionRow; now: number },
): Pick<Facts, 'confirmed'> {
  if (account.external_id === null || directory) return {};
  const age = now - session.auth_time;
  if (!hasFactor(has) && (age < 0 || age > PORTAL_PROOF_MS)) {
    throw new FlowError('not-allowed', undefined, 'The portal has the password: the user must log in there again.');
  }
  return { confirmed: { at: now, changedAt: account.password_changed_at } };
}

/** Why a flow of this kind can't begin where the portal has the users: it makes accounts, and perhaps passwords, itself. */
function refusedInPortal({ directory }: EngineParts, kind: Kind): string | undefined {
  if (!directory) return undefined;
  if (kind === 'register') return 'The portal has the users, so registration is not possible here.';
  return ['recover', 'reset', 'activate'].includes(kind) && !directory.setPassword ? KEPT_BY_PORTAL : undefined;
}

/**
 * Applies inputs in order. The first refused input stops the list; the inputs before it remain accepted.
 * @param begun the result of what the flow began with
 */
async function applyAll(
  parts: EngineParts,
  flow: OpenFlow,
  inputs: readonly Input[],
  context: RequestContext,
  begun: Applied = {},
): Promise<Outcome> {
  let issued: Issued | undefined = begun.issued;
  let refusal: Outcome['refusal'] = begun.refusal && { ...begun.refusal, input: 0 };
  let stale = begun.stale === true;
  for (const [index, input] of refusal ? [] : inputs.entries()) {
    const applied = await applyInput(parts, flow, input, context);
    issued = applied.issued ?? issued;
    if (applied.refusal) {
      refusal = { ...applied.refusal, input: index };
      stale = applied.stale === true;
      break;
    }
  }
  const lost = await save(parts, flow);
  if (lost) refusal ??= { code: lost, input: Math.max(0, inputs.length - 1) };
  const current = await withStepEntered(parts, stale || lost ? await asStored(parts, flow, context) : flow, context);
  return {
    flow: withAssertion(await present(parts, current, context, parts.clock()), issued?.assertion),
    ...(refusal ? { refusal } : {}),
    ...(issued ? { issued } : {}),
  };
}

/** Saves changes that are not stored yet. Returns the code of the conflict when another submission was first. */
async function save({ database }: EngineParts, flow: OpenFlow): Promise<Conflict['code'] | undefined> {
  if (!flow.changed) return undefined;
  try {
    await database.write((tx) => saveFlow(tx, flow));
  } catch (error) {
    if (error instanceof Conflict) return error.code;
    throw error;
  }
  markSaved(flow);
  return undefined;
}

/**
 * Prepares a step that became due without a submission, by a change of the policy or of the account's factors. Its secret or
 * challenge is created now and stored before it is shown.
 */
async function withStepEntered(parts: EngineParts, flow: OpenFlow, request: RequestContext): Promise<OpenFlow> {
  if (!(await isUnprepared(parts, flow, request))) return flow;
  const entered = await enterStep(parts, flow, request);
  return entered ? flow : await asStored(parts, flow, request);
}

/** Loads the flow again after a conflict, to show it as the other submission left it. */
async function asStored({ database, clock }: EngineParts, flow: OpenFlow, context: RequestContext): Promise<OpenFlow> {
  const ref = { id: flow.row.id, tokenHash: flow.row.token_hash };
  return await loadFlow(database.read, ref, context, clock());
}

async function present(parts: EngineParts, flow: OpenFlow, context: RequestContext, now: number): Promise<Flow> {
  const returnTo = flow.facts.returnTo;
  const allowed = returnTo === undefined || (await parts.allowedReturnTo(flow.facts.organisation, returnTo));
  if (!allowed) delete flow.facts.returnTo;
  return await show(parts, flow, stepContext(parts, context, flow, now), context);
}
