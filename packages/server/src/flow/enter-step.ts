import type { EngineParts, OpenFlow, RequestContext, Submission } from './context.ts';
import { definitionOf, markSaved, nextOf, saveFlow } from './open-flow.ts';
import type { Facts } from './rules/facts.ts';
import { type Accepted, accepted, Conflict } from './rules/step-definition.ts';
import { stepContext } from './step-context.ts';

/** Prepares the step that these facts lead to: creates its secret or challenge before it is shown. */
export async function enter({ parts, flow, request, context }: Submission, facts: Facts): Promise<Accepted> {
  const after = stepContext(parts, request, flow, context.now, facts);
  const { prepare } = definitionOf(parts, await nextOf(after));
  return prepare ? await prepare(after) : accepted(facts);
}

/** Whether the secret or challenge of the present step is missing. */
export async function isUnprepared(parts: EngineParts, flow: OpenFlow, request: RequestContext): Promise<boolean> {
  if (flow.row.ended_at !== null || flow.facts.organisation === undefined) return false;
  const context = stepContext(parts, request, flow, parts.clock());
  const { isPrepared } = definitionOf(parts, await nextOf(context));
  return isPrepared !== undefined && !(await isPrepared(context));
}

/** Prepares the present step and saves the flow. Returns false when another submission was first. */
export async function enterStep(parts: EngineParts, flow: OpenFlow, request: RequestContext): Promise<boolean> {
  const context = stepContext(parts, request, flow, parts.clock());
  const step = await nextOf(context);
  const { facts, effects = [] } = await enter({ parts, flow, request, context, step }, flow.facts);
  const before = flow.facts;
  flow.facts = facts;
  try {
    await parts.database.write(async (tx) => {
      await saveFlow(tx, flow);
      for (const { apply, lost } of effects) if (!(await apply(tx))) throw new Conflict(lost);
    });
  } catch (error) {
    flow.facts = before;
    if (error instanceof Conflict) return false;
    throw error;
  }
  markSaved(flow);
  return true;
}
