import type { Action, Flow, Kind, Step, StepType } from '@tweestap/protocol';
import { hashToken, newRowId, newToken, type Random, sameHash } from '../crypto/tokens.ts';
import { textIn } from '../organisations/policy.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { Db, Tx } from '../store/database.ts';
import { findFlow, insertFlow, recordFacts, trimUnansweredFlows, updateFlow } from '../store/flows.ts';
import type { EngineParts, FlowRef, OpenFlow, RequestContext } from './context.ts';
import { backTargets } from './rules/back.ts';
import { type Facts, readFacts, storeFacts } from './rules/facts.ts';
import type { StepPolicy } from './rules/question.ts';
import { Conflict, FlowError, type StepContext, type StepDefinition, type StepList } from './rules/step-definition.ts';

const MINUTE = 60_000;
/** In ms: how long a flow is valid after its start, and again after each `extend`. */
const LIFETIME: Readonly<Record<Kind, number>> = {
  login: 15 * MINUTE,
  'step-up': 15 * MINUTE,
  activate: 60 * MINUTE,
  recover: 60 * MINUTE,
  reset: 60 * MINUTE,
  unlock: 60 * MINUTE,
  register: 60 * MINUTE,
  enroll: 60 * MINUTE,
  'recovery-codes': 60 * MINUTE,
  disable: 60 * MINUTE,
  'change-password': 60 * MINUTE,
};
/** How often a flow can be extended. */
const MAX_EXTENSIONS = 10;
/** In ms: a flow that was created further in the future than this is refused, because the clock was set back (R86). */
export const CLOCK_SLACK = MINUTE;
/** In ms: how long a finished flow is still shown. */
export const FINISHED_FLOW_SHOWN_MS = 5 * MINUTE;

/** Creates a flow and its token in memory. Nothing is stored yet. */
export function newFlow(
  kind: Kind,
  facts: Facts,
  { now, browserHash, address, random }: { now: number; browserHash: string; address: string; random: Random },
): { flow: OpenFlow; token: string } {
  const token = newToken(random);
  const row = {
    id: newRowId(random, now),
    token_hash: hashToken(token),
    browser_hash: browserHash,
    kind,
    version: 0,
    facts: '{}',
    organisation_id: null,
    account_id: null,
    created_at: now,
    expires_at: now + LIFETIME[kind],
    extensions: 0,
    ended_at: null,
    address,
  };
  return { flow: { row, facts, stored: false, changed: true }, token };
}

/**
 * Loads the flow of an id, a token and a browser. A wrong id, a wrong token and a wrong browser give the same error.
 * @throws FlowError `no-such-flow`, `flow-expired` or `no-session`
 */
export async function loadFlow(read: Db, ref: FlowRef, context: RequestContext, now: number): Promise<OpenFlow> {
  const row = await findFlow(read, ref.id);
  if (!row || !sameHash(row.token_hash, ref.tokenHash) || !sameHash(row.browser_hash, context.browserHash)) {
    throw new FlowError('no-such-flow');
  }
  const facts = readFacts(row.facts);
  const flow = { row: { ...row, kind: row.kind as Kind }, facts, stored: true, changed: false };
  if (row.ended_at !== null) {
    if (facts.result === undefined || now - row.ended_at >= FINISHED_FLOW_SHOWN_MS) throw new FlowError('flow-expired');
    return flow;
  }
  // R86: a flow is refused when the clock was set back to a time before its start.
  if (now >= row.expires_at || now < row.created_at - CLOCK_SLACK) throw new FlowError('flow-expired');
  if (facts.session !== undefined && facts.session !== context.session?.id_hash) throw new FlowError('no-session');
  return flow;
}

/** Saves a flow by a compare-and-set on the version that was read (R7). @throws Conflict `out-of-order` after a conflict */
export async function saveFlow(tx: Tx, flow: OpenFlow, endedAt: number | null = null): Promise<void> {
  const { row, facts } = flow;
  const address = isUnanswered(facts) && endedAt === null ? row.address : null;
  const columns = { organisation_id: facts.organisation ?? null, account_id: facts.person?.id ?? null };
  if (!flow.stored) {
    await insertFlow(tx, { ...row, ...columns, address, facts: storeFacts(facts), ended_at: endedAt });
    if (address !== null) await trimUnansweredFlows(tx, address);
    return;
  }
  const won = await updateFlow(tx, {
    id: row.id,
    version: row.version,
    facts: storeFacts(facts),
    organisationId: columns.organisation_id,
    accountId: columns.account_id,
    address,
    expiresAt: row.expires_at,
    extensions: row.extensions,
    ...(endedAt === null ? {} : { endedAt }),
  });
  if (!won) throw new Conflict('out-of-order');
}

/** Whether a stranger may have started this flow: nothing is proven in it, and it began without link and session (R93). */
function isUnanswered({ person, link, session }: Facts): boolean {
  return !person && !link && session === undefined;
}

/** Saves the facts of a refusal, such as a lock, without a conflict for a submission that runs at the same time. */
export async function saveRefusal(tx: Tx, { row, facts }: OpenFlow): Promise<void> {
  await recordFacts(tx, { id: row.id, version: row.version, facts: storeFacts(facts) });
}

/** Marks the flow as equal to its row, after the commit. */
export function markSaved(flow: OpenFlow, endedAt: number | null = null): void {
  flow.row.version = flow.stored ? flow.row.version + 1 : flow.row.version;
  flow.row.ended_at = endedAt;
  flow.stored = true;
  flow.changed = false;
}

/** Extends a flow. Returns false when all extensions are used up. */
export function extendFlow(flow: OpenFlow, now: number): boolean {
  if (flow.row.extensions >= MAX_EXTENSIONS) return false;
  flow.row.extensions += 1;
  flow.row.expires_at = now + LIFETIME[flow.row.kind];
  flow.changed = true;
  return true;
}

/** The policy before an organisation is chosen. The order of steps does not depend on it then. */
const NO_POLICY: StepPolicy = {
  factor: 'mandatory',
  recoveryCodes: false,
  emailCodes: false,
  confirmPassword: 'always',
  methods: [],
  offerPasskeys: false,
  resetBy: 'factor',
};

/** The present step of a flow: `done` after the end, otherwise the result of `nextOf`. */
export async function stepOf(flow: OpenFlow, context: StepContext): Promise<StepType> {
  if (flow.row.ended_at !== null) return 'done';
  return await nextOf(context);
}

/** The step that comes next by the facts of a context. */
export async function nextOf(context: StepContext): Promise<StepType> {
  const { kind, facts, now } = context;
  return context.order.nextStep(kind, facts, await policyOf(context), now);
}

/** Whether the present step belongs to an enrolment that may be deferred now. */
export async function isDeferrable(step: StepType, context: StepContext): Promise<boolean> {
  return context.order.mayDefer(context.kind, step, context.facts, await policyOf(context), context.now);
}

async function policyOf(context: StepContext): Promise<StepPolicy> {
  return context.facts.organisation === undefined ? NO_POLICY : (await context.organisation()).policy;
}

/** The definition of a step. @throws when the list has no such step */
export function definitionOf({ steps }: { steps: StepList }, step: StepType): StepDefinition<StepType> {
  const found = Object.hasOwn(steps, step) ? steps[step] : undefined;
  if (!found) throw new Error(`unknown step: ${step}`);
  return found;
}

/** The flow as the client sees it. @throws FlowError */
export async function show(
  parts: Pick<EngineParts, 'steps'>,
  flow: OpenFlow,
  context: StepContext,
  request: RequestContext,
): Promise<Flow> {
  const type = await stepOf(flow, context);
  if (type === 'done' && flow.row.ended_at === null) throw new FlowError('flow-expired');
  const definition = definitionOf(parts, type);
  if (definition.isPrepared && !(await definition.isPrepared(context))) throw new FlowError('flow-expired');
  const view = await definition.present(context);
  const targets = type === 'done' ? undefined : backTargets(context.registry, flow, type);
  const may = { later: await isDeferrable(type, context), back: targets !== undefined };
  const back = targets?.[0];
  const actions = type === 'done' ? [] : actionsOf(flow, definition, view, may);
  const step = { ...view, actions, ...(back ? { back } : {}) } as Step;
  const { facts } = context;
  return {
    id: flow.row.id,
    kind: flow.row.kind,
    status: type === 'done' ? 'done' : 'open',
    step,
    ...(facts.organisation === undefined ? {} : { organisation: shown(await context.organisation(), request) }),
    expiresAt: new Date(flow.row.expires_at).toISOString(),
    serverTime: new Date(context.now).toISOString(),
  };
}

/** The steps at which a method is submitted. At other steps the user switches to it. */
const CHOICES: ReadonlySet<StepType> = new Set(['choose-method', 'enroll-method']);

/** Whether the view names another method that the user can switch to. */
function hasOther(view: { type: StepType }): boolean {
  if ('stronger' in view && view.stronger !== undefined) return true;
  return !CHOICES.has(view.type) && 'methods' in view && Array.isArray(view.methods) && view.methods.length > 0;
}

function actionsOf(
  flow: OpenFlow,
  { answers, offers }: StepDefinition<StepType>,
  view: { type: StepType },
  may: { later: boolean; back: boolean },
): Action[] {
  const actions: Action[] = answers.filter((action) => offers?.(action, view as never) ?? true);
  if (may.later) actions.push('later');
  if (hasOther(view)) actions.push('switch');
  if (may.back) actions.push('back');
  if (flow.row.extensions < MAX_EXTENSIONS) actions.push('extend');
  return actions;
}

function shown({ id, name, help }: OrganisationDefinition, { language = 'en' }: RequestContext): Flow['organisation'] {
  return { id, name, ...(help ? { help: textIn(help, language) } : {}) };
}
