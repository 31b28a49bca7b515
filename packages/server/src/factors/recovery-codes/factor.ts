import type { Factor } from '../../flow/rules/factor.ts';
import { NO_CAP, recoveryKey } from '../../locks/locks.ts';
import { deskCodeOf } from '../../store/help-desk/desk-codes.ts';
import { isCurrentRecoveryCode } from '../../store/recovery-codes.ts';

/** The method `recovery-code`: recovery codes and the help desk's code. They share a step and a lock. */
export const recoveryCode: Factor = {
  method: 'recovery-code',
  role: 'backup',
  proveStep: 'recovery-code',
  enrollSteps: [],
  amr: () => ['otp'],
  acr: () => 'aal2',
  lock: {
    by: 'recovery',
    key: recoveryKey,
    /**
     * The cap applies while the account has recovery codes, which are deleted at the cap. A help-desk code has no cap, so it
     * remains a way out. The growing waits and its short life limit the guesses (SP 800-63B-4 §3.1.2).
     */
    limit: (policy, has) => (policy.recoveryCodes && has.recoveryCodes > 0 ? policy.locks.hard : NO_CAP),
  },
  usable: (has, policy) => has.deskCode === true || (policy.recoveryCodes && has.recoveryCodes > 0),
  async stands(tx, accountId, { id, desk }) {
    return desk ? (await deskCodeOf(tx, accountId))?.id === id : await isCurrentRecoveryCode(tx, accountId, id);
  },
};
