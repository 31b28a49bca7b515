import { forgetStopped, noteStopped } from '../store/requests/stopped-logins.ts';
import type { Answering } from './admit.ts';
import { stepContext } from './context.ts';
import { nextOf } from './show.ts';
import { type Accepted, type Effect, effect } from './step-definition.ts';

/**
 * Threat: passwords stolen elsewhere are tried on many accounts, each once; those that are right stop at the second step,
 * and no account has more than one failure. So a login that goes on after a right password, on a device that is not
 * known, is noted by address until it is finished. Adds what notes it, or what forgets it, to an accepted answer.
 */
export async function watched(answering: Answering, accepted: Accepted): Promise<Accepted> {
  const watching = await watch(answering, accepted);
  return watching ? { ...accepted, effects: [...(accepted.effects ?? []), watching] } : accepted;
}

async function watch(answering: Answering, { facts }: Accepted): Promise<Effect | undefined> {
  const { parts, flow, request, context, step } = answering;
  if (flow.row.kind !== 'login' || !facts.person) return undefined;
  const stopped = { address: request.address, accountId: facts.person.id };
  const isDone = (await nextOf(stepContext(parts, request, flow, context.now, facts))) === 'done';
  if (isDone) return step === 'password' ? undefined : effect((tx) => forgetStopped(tx, stopped));
  if (step !== 'password') return undefined;
  const visitor = await context.visitor();
  if (visitor && 'known' in visitor) return undefined;
  return effect((tx) => noteStopped(tx, { ...stopped, at: context.now }));
}
