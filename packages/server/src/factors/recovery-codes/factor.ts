import type { Factor } from '../../flow/rules/factor.ts';
import { NO_CAP, recoveryKey } from '../../locks/locks.ts';
import { deskCodeOf } from '../../store/help-desk/desk-codes.ts';
import { isCurrentRecoveryCode } from '../../store/recovery-codes.ts';

/** Recovery codes and the help desk's code: both are typed at the same step and share a lock. */
export const recoveryCode: Factor = {
  method: 'recovery-code',
  role: 'backup',
  proveStep: 'recovery-code',
  enrollSteps: [],
  amr: ['otp'],
  acr: () => 'aal2',
  lock: {
    by: 'recovery',
    key: recoveryKey,
    /**
     * The cap holds for as long as there are recovery codes: at the cap they are deleted. A code of the help desk alone is
     * limited by the waits and by its short life (SP 800-63B-4 §3.1.2), so that it is a way out at that cap too.
     */
    limit: (policy, has) => (policy.recoveryCodes && has.recoveryCodes > 0 ? policy.locks.hard : NO_CAP),
  },
  usable: (has, policy) => has.deskCode === true || (policy.recoveryCodes && has.recoveryCodes > 0),
  async stands(tx, accountId, { id, desk }) {
    return desk ? (await deskCodeOf(tx, accountId))?.id === id : await isCurrentRecoveryCode(tx, accountId, id);
  },
};
