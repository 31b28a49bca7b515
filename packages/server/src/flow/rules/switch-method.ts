import type { StepType } from '@tweestap/protocol';
import type { Policy } from '../../organisations/schema.ts';
import type { Facts } from './facts.ts';
import { type StepContext, without } from './step-definition.ts';

/** The facts after switching to another method at a step; undefined when that method is not allowed. */
export async function switchMethod(
  context: StepContext,
  step: StepType,
  method: Facts['method'],
): Promise<Facts | undefined> {
  if (context.facts.organisation === undefined) return undefined;
  const { policy } = await context.organisation();
  if (isEnrolling(context, step)) return enrolling(context, policy, step, method);
  const others = context.order.otherMethods(context, policy, step).map((other) => other.method);
  const chosen = others.find((other) => other === method);
  return chosen && { ...context.facts, method: chosen };
}

/** Whether a step enrolls a factor. */
function isEnrolling({ registry }: StepContext, step: StepType): boolean {
  return registry.factors.some(({ enrollSteps }) => enrollSteps.includes(step));
}

/** Enrolls another method of the policy instead. What was entered for the first one is dropped. */
function enrolling(
  { facts, registry }: StepContext,
  { methods }: Policy,
  step: StepType,
  method: Facts['method'],
): Facts | undefined {
  const other = methods.map((each) => each.method).find((each) => each === method && registry.methods.includes(each));
  if (other === undefined || other === registry.methodOf(step)) return undefined;
  return { ...without(facts, 'enrolment', 'challenge'), setUpMethod: other };
}
