import type { Method } from '@tweestap/protocol';
import { holds } from '../locks/locks.ts';
import type { Policy } from '../organisations/schema.ts';
import type { Facts } from './facts.ts';

type CodesPolicy = Pick<Policy, 'recoveryCodes'>;

/** Whether there is a code to be typed at the recovery code's step: one of the user's own, or the help desk's. Pure. */
export function takesRecoveryCode({ has }: Facts, policy: CodesPolicy): boolean {
  return has !== undefined && (has.deskCode === true || (policy.recoveryCodes && has.recoveryCodes > 0));
}

/** The second factors that can be used now, the likeliest first. Only known after the password (R56). Pure. */
export function methodsOf(facts: Facts, policy: CodesPolicy, now: number): Method[] {
  const { has, locks } = facts;
  const methods: Method[] = [];
  if (has?.totp && !holds(locks?.code, now)) methods.push('totp');
  if (takesRecoveryCode(facts, policy) && !holds(locks?.recovery, now)) methods.push('recovery-code');
  return methods;
}
