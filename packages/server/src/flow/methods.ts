import type { Method, StepType } from '@tweestap/protocol';
import type { Facts } from './facts.ts';
import { type StepPolicy, takesRecoveryCode } from './next-step.ts';

/** The second factors that this person can use now, the likeliest first. Only known after the password (R56). */
export function methodsOf(facts: Facts, policy: Pick<StepPolicy, 'recoveryCodes'>): Method[] {
  const methods: Method[] = [];
  if (facts.has?.totp) methods.push('totp');
  if (takesRecoveryCode(facts, policy)) methods.push('recovery-code');
  return methods;
}

/** Those that one may switch to at a factor's step, as the wire lists them. */
export function otherMethods(
  facts: Facts,
  policy: Pick<StepPolicy, 'recoveryCodes'>,
  step: StepType,
): { method: Method }[] {
  return methodsOf(facts, policy)
    .filter((method) => method !== step)
    .map((method) => ({ method }));
}
