import type { StepType } from '@tweestap/protocol';
import { forgetStopped, noteStopped } from '../store/stopped-logins.ts';
import type { Facts } from './facts.ts';
import { type Effect, effect, type StepContext } from './step-definition.ts';

/**
 * Threat: passwords stolen elsewhere are tried on many accounts, each once; those that are right stop at the second step,
 * and no account has more than one failure. So a login that goes on after a right password, on a device that is not
 * known, is noted by address until it is finished. `facts` are those that the answer leads to.
 */
export async function watchLogin(
  context: StepContext,
  { facts: { person }, step, done, address }: { facts: Facts; step: StepType; done: boolean; address: string },
): Promise<Effect[]> {
  if (context.kind !== 'login' || !person) return [];
  const stopped = { address, accountId: person.id };
  if (done) return step === 'password' ? [] : [effect((tx) => forgetStopped(tx, stopped))];
  if (step !== 'password') return [];
  const visitor = await context.visitor();
  if (visitor && 'known' in visitor) return [];
  return [effect((tx) => noteStopped(tx, { ...stopped, at: context.now }))];
}
