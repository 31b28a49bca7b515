import { PhoneKey } from '@tweestap/protocol';
import { z } from 'zod';
import { type Factor, isActive } from '../../flow/rules/factor.ts';

/** The sealed data of a linked phone. */
export const PushData = z.strictObject({
  /** The public key with which it signs. */
  jwk: PhoneKey,
});

/** The values of `Proof.how` for approvals that are easier to phish than six digits. */
const weakApprovals = ['yes', 'two-digits'] as const;

/** The method `push`: a linked phone that approves the login. It can't be guessed, so it has no lock. */
export const push: Factor = {
  method: 'push',
  role: 'factor',
  proveStep: 'push',
  enrollSteps: ['enroll-push'],
  amr: () => ['pop'],
  // D2: a plain 'yes' and two digits are at the lower level, because a user can be made to approve them.
  acr: ({ how }) => (weakApprovals.some((weak) => weak === how) ? 'aal1' : 'aal2'),
  usable: isActive('push'),
  data: PushData,
  defaultName: 'Phone',
};
