import type { Factor } from '../../flow/rules/factor.ts';
import { emailCodeKey } from '../../locks/locks.ts';
import { confirmedEmail } from '../../store/accounts/email-address.ts';

/**
 * The method `email`: codes that are sent to the confirmed address of the account. NIST SP 800-63B-4 §3.1.3.1 does not accept
 * them as a second factor, so they earn AAL1 and are asked in a login only (D14).
 */
export const email: Factor = {
  method: 'email',
  role: 'fallback',
  proveStep: 'email',
  enrollSteps: [],
  amr: () => [],
  acr: () => 'aal1',
  lock: { by: 'email', key: emailCodeKey, limit: ({ locks }) => locks.hard },
  usable: (has, policy) => policy.emailCodes && has.emailConfirmed === true,
  // An address that was changed since proves nothing.
  stands: async (tx, accountId) => (await confirmedEmail(tx, accountId)) !== undefined,
};
