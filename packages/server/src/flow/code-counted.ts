import { codeKey } from '../locks/keys.ts';
import { disableFactors } from '../store/factors.ts';
import { notify } from './journal.ts';
import { type Counted, effect, type StepContext } from './step-definition.ts';

/**
 * What wrong codes are counted under: the account, over all its factors, so that going from one to another gains no
 * guess (D7). At the cap they verify nothing more until one is bound anew.
 */
export async function codeCounted(context: StepContext): Promise<Counted> {
  const { facts, now, random } = context;
  const { id: organisationId, policy } = await context.organisation();
  if (!facts.person) throw new Error('A code is asked before the person is known.');
  const accountId = facts.person.id;
  const disable = effect(async (tx) => {
    await disableFactors(tx, accountId, now);
    await notify(tx, { notice: 'factors-disabled', organisationId, accountId, at: now, random });
  });
  return { key: codeKey(accountId), by: 'code', hardLimit: policy.locks.hard, atHardLimit: [disable], tells: true };
}
