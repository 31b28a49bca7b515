import { revokeAccess } from '../access/revoke.ts';
import { lockAccount } from '../store/accounts.ts';
import { type Effect, effect, type StepContext } from './step-definition.ts';

/**
 * After a recovery or a change of factors nothing that was proven before holds any more: sessions, remembering and open
 * flows of the account end, except this flow and the session that it belongs to (R34, R39). Devices stay known (R44).
 */
export function revokeProofs(accountId: string, { flowId, facts, now }: StepContext): Effect[] {
  const reason = 'proof-changed';
  return [
    { lost: 'not-allowed', first: true, apply: (tx) => lockAccount(tx, accountId) },
    effect((tx) => revokeAccess(tx, accountId, { now, reason, exceptFlow: flowId, exceptSession: facts.session })),
  ];
}
