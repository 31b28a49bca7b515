import type { Factor } from '../flow/rules/factor.ts';
import { recoveryCode } from './recovery-codes/factor.ts';
import { totp } from './totp/factor.ts';

/** The list of factors, in the order in which they are asked for where a policy doesn't say otherwise. */
export const factors: readonly Factor[] = [totp, recoveryCode];
