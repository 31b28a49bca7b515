import type { StepType } from '@tweestap/protocol';
import { claimedBrowser } from '../devices/known-device.ts';
import { forgetStopped, recordStopped } from '../store/requests/refusals.ts';
import type { Held, Permit, Throttle } from '../throttle/throttle.ts';
import type { OpenFlow, RequestContext } from './context.ts';
import { nextOf } from './open-flow.ts';
import {
  type Accepted,
  type Counted,
  type Effect,
  effect,
  type Spends,
  type StepContext,
} from './rules/step-definition.ts';
import { stepContext } from './step-context.ts';

/** An input that the engine is processing. */
interface ThrottledInput {
  parts: Parameters<typeof stepContext>[0] & { throttle: Throttle };
  flow: OpenFlow;
  request: RequestContext;
  context: StepContext;
  step: StepType;
}

/**
 * Asks the throttle for a permit for an input that guesses at a credential or requests an email. Returns undefined for any
 * other input. The budget follows from the counter of the step, so a new step can't be forgotten (R44, R45).
 */
export async function admit(
  input: ThrottledInput,
  counted: Counted | undefined,
  spends: Spends | undefined,
): Promise<Permit | Held | undefined> {
  const { parts, request, context } = input;
  const spending = spends?.spending ?? spendingOf(counted);
  if (spending === undefined) return undefined;
  const subjectContext = spends?.name === undefined ? context : named(input, spends.name);
  return await parts.throttle.admit({
    spending,
    address: request.address,
    subject: await subjectOf(spending, subjectContext),
    browserId: claimedBrowser(request.deviceToken),
    correlationId: request.correlationId,
    async isKnown() {
      const visitor = await subjectContext.visitor();
      return visitor !== undefined && 'known' in visitor;
    },
  });
}

/** The context with another typed name, to look up the account and the device of that name. */
function named({ parts, request, flow, context }: ThrottledInput, key: string): StepContext {
  return stepContext(parts, request, flow, context.now, { ...flow.facts, account: { username: key, key } });
}

function spendingOf(counted: Counted | undefined): 'password' | 'code' | undefined {
  if (!counted) return undefined;
  return counted.by === 'password' || counted.by === 'new-password' ? 'password' : 'code';
}

/** The subject whose budget is spent. A name has a budget whether an account has that name or not (R53). */
async function subjectOf(spending: Spends['spending'], context: StepContext): Promise<string[]> {
  const { organisation = '', person } = context.facts;
  if (spending === 'code') return [organisation, person?.id ?? ''];
  return [organisation, await context.nameKey()];
}

/** Whether a verdict is charged to a budget: a failure that a lock counts, or an email that is sent. */
export function isSpent(
  verdict: { outcome: 'accepted' } | { outcome: 'refused'; counts: boolean },
  spends: Spends | undefined,
): boolean {
  if (spends?.spending === 'mail') return verdict.outcome === 'accepted';
  return verdict.outcome === 'refused' && verdict.counts;
}

/**
 * Threat: passwords stolen elsewhere are tried once on each of many accounts. A login with a correct password stops at the
 * second step, and no account has more than one failure. Therefore a login that continues after a correct password on an
 * unknown device is recorded by address until it is finished. This function adds the effect that records or removes it.
 */
export async function withLoginRecord(input: ThrottledInput, accepted: Accepted): Promise<Accepted> {
  const recording = await loginRecordEffect(input, accepted);
  return recording ? { ...accepted, effects: [...(accepted.effects ?? []), recording] } : accepted;
}

async function loginRecordEffect(input: ThrottledInput, { facts }: Accepted): Promise<Effect | undefined> {
  const { parts, flow, request, context, step } = input;
  if (flow.row.kind !== 'login' || !facts.person) return undefined;
  const entry = { address: request.address, accountId: facts.person.id };
  const isDone = (await nextOf(stepContext(parts, request, flow, context.now, facts))) === 'done';
  if (isDone) return step === 'password' ? undefined : effect((tx) => forgetStopped(tx, entry));
  if (step !== 'password') return undefined;
  const visitor = await context.visitor();
  if (visitor && 'known' in visitor) return undefined;
  return effect((tx) => recordStopped(tx, { ...entry, at: context.now }));
}
