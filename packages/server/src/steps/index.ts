import type { StepType } from '@tweestap/protocol';
import type { StepDefinition } from '../flow/step-definition.ts';
import { chooseMethod } from './choose-method.ts';
import { confirmPassword } from './confirm-password.ts';
import { done } from './done.ts';
import { enrollTotp } from './enroll-totp.ts';
import { locked } from './locked.ts';
import { organisation } from './organisation.ts';
import { password } from './password.ts';
import { recoveryCode } from './recovery-code.ts';
import { recoveryCodes } from './recovery-codes.ts';
import { totp } from './totp.ts';
import { username } from './username.ts';

/** The list of steps: one of the protocol that is missing here does not compile. */
export const steps: { readonly [T in StepType]: StepDefinition<T> } = {
  organisation,
  username,
  password,
  'choose-method': chooseMethod,
  totp,
  'recovery-code': recoveryCode,
  'confirm-password': confirmPassword,
  'enroll-totp': enrollTotp,
  'recovery-codes': recoveryCodes,
  locked,
  done,
};
