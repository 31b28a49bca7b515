import { lockAccount } from '../store/accounts.ts';
import { clearRemembered } from '../store/devices.ts';
import { endFlowsOfAccount } from '../store/flows.ts';
import { deleteSessionsOfAccount } from '../store/sessions.ts';
import { type Effect, effect, type StepContext } from './step-definition.ts';

/**
 * After a recovery or a change of factors nothing that was proven before holds any more: sessions, remembering and open
 * flows of the account end, except this flow and the session that it belongs to (R34, R39). Devices stay known (R44).
 */
export function revokeProofs(accountId: string, { flowId, facts, now }: StepContext): Effect[] {
  return [
    { lost: 'not-allowed', first: true, apply: (tx) => lockAccount(tx, accountId) },
    effect(async (tx) => {
      await endFlowsOfAccount(tx, accountId, now, flowId);
      await clearRemembered(tx, accountId);
      await deleteSessionsOfAccount(tx, accountId, facts.session);
    }),
  ];
}
