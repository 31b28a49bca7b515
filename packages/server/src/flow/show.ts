import type { Action, Flow, Step, StepType } from '@tweestap/protocol';
import { textIn } from '../organisations/policy.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { EngineParts, OpenFlow, RequestContext } from './context.ts';
import { MAX_EXTENSIONS } from './open-flow.ts';
import { backTargets } from './rules/back.ts';
import type { StepPolicy } from './rules/possession.ts';
import { FlowError, type StepContext, type StepDefinition, type StepList } from './rules/step-definition.ts';

/** The policy before an organisation is chosen. The order of steps does not depend on it then. */
const NO_POLICY: StepPolicy = {
  factor: 'mandatory',
  recoveryCodes: false,
  confirmPassword: 'always',
  methods: [],
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
  const { needs } = definition;
  if (needs && context.facts[needs] === undefined) throw new FlowError('flow-expired');
  const view = await definition.present(context);
  const targets = type === 'done' ? undefined : backTargets(context.registry, flow.row.kind, type);
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

function actionsOf(
  flow: OpenFlow,
  { answers }: StepDefinition<StepType>,
  view: { type: StepType },
  may: { later: boolean; back: boolean },
): Action[] {
  const actions: Action[] = answers.filter((action) => action !== 'unlock' || mailsUnlock(view));
  if (may.later) actions.push('later');
  const others = !CHOICES.has(view.type) && 'methods' in view && Array.isArray(view.methods) ? view.methods : [];
  if (others.length > 0) actions.push('switch');
  if (may.back) actions.push('back');
  if (flow.row.extensions < MAX_EXTENSIONS) actions.push('extend');
  return actions;
}

/** Whether a lock can be lifted by a mailed link. */
function mailsUnlock(view: object): boolean {
  return 'ways' in view && Array.isArray(view.ways) && view.ways.includes('mail');
}

function shown({ id, name, help }: OrganisationDefinition, { language = 'en' }: RequestContext): Flow['organisation'] {
  return { id, name, ...(help ? { help: textIn(help, language) } : {}) };
}
