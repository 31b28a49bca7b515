import type { StepType } from '@tweestap/protocol';
import type { StepDefinition } from '../flow/rules/step-definition.ts';
import { chooseMethod } from './choose-method.ts';
import { confirmPassword } from './confirm-password.ts';
import { done } from './done.ts';
import { email } from './email.ts';
import { enrollMethod } from './enroll-method.ts';
import { enrollOffer } from './enroll-offer.ts';
import { enrollPasskey } from './enroll-passkey.ts';
import { enrollPush } from './enroll-push.ts';
import { enrollSms } from './enroll-sms.ts';
import { enrollSmsNumber } from './enroll-sms-number.ts';
import { enrollTotp } from './enroll-totp.ts';
import { identify } from './identify.ts';
import { locked } from './locked.ts';
import { mailSent } from './mail-sent.ts';
import { newPassword } from './new-password.ts';
import { organisation } from './organisation.ts';
import { passkey } from './passkey.ts';
import { password } from './password.ts';
import { push } from './push.ts';
import { recoveryCode } from './recovery-code.ts';
import { recoveryCodes } from './recovery-codes.ts';
import { sms } from './sms.ts';
import { totp } from './totp.ts';
import { username } from './username.ts';

/** The list of steps. A step of the protocol that is missing here is a compile error. */
export const steps: { readonly [T in StepType]: StepDefinition<T> } = {
  organisation,
  username,
  password,
  'choose-method': chooseMethod,
  passkey,
  push,
  totp,
  sms,
  email,
  'recovery-code': recoveryCode,
  'enroll-offer': enrollOffer,
  'confirm-password': confirmPassword,
  'enroll-method': enrollMethod,
  'enroll-push': enrollPush,
  'enroll-totp': enrollTotp,
  'enroll-passkey': enrollPasskey,
  'enroll-sms-number': enrollSmsNumber,
  'enroll-sms': enrollSms,
  'recovery-codes': recoveryCodes,
  identify,
  'mail-sent': mailSent,
  'new-password': newPassword,
  locked,
  done,
};
