import type { Factor } from '../flow/rules/factor.ts';
import { email } from './email/factor.ts';
import { passkey } from './passkey/factor.ts';
import { push } from './push/factor.ts';
import { recoveryCode } from './recovery-codes/factor.ts';
import { sms } from './sms/factor.ts';
import { totp } from './totp/factor.ts';

/** The list of factors, in the order in which a flow asks for them unless the policy gives another order. */
export const factors: readonly Factor[] = [passkey, push, totp, sms, email, recoveryCode];
