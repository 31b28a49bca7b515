import type { StepType } from '@tweestap/protocol';
import type { Source } from '../view/host.ts';
import { chooseMethod } from './choose-method.ts';
import { confirmPassword } from './confirm-password.ts';
import { done } from './done.ts';
import { email } from './email.ts';
import { locked } from './locked.ts';
import { organisation } from './organisation.ts';
import { passkey } from './passkey.ts';
import { password } from './password.ts';
import { push } from './push.ts';
import { recoveryCode } from './recovery-code.ts';
import { sms } from './sms.ts';
import { totp } from './totp.ts';
import { username } from './username.ts';

/** The list of step views. Those of a login are in the file of the flow; the others are in files that are loaded later. */
export const steps: { readonly [T in StepType]: Source<T> } = {
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
  'enroll-offer': { load: async () => (await import('./enroll-offer.ts')).enrollOffer },
  'enroll-method': { load: async () => (await import('./enroll-method.ts')).enrollMethod },
  'confirm-password': confirmPassword,
  'enroll-push': { load: async () => (await import('./enroll-push.ts')).enrollPush },
  'enroll-totp': { load: async () => (await import('./enroll-totp.ts')).enrollTotp },
  'enroll-passkey': { load: async () => (await import('./enroll-passkey.ts')).enrollPasskey },
  'enroll-sms-number': { load: async () => (await import('./enroll-sms-number.ts')).enrollSmsNumber },
  'enroll-sms': { load: async () => (await import('./enroll-sms.ts')).enrollSms },
  'recovery-codes': { load: async () => (await import('./recovery-codes.ts')).recoveryCodes },
  identify: { load: async () => (await import('./identify.ts')).identify },
  'mail-sent': { load: async () => (await import('./mail-sent.ts')).mailSent },
  'new-password': { load: async () => (await import('./new-password.ts')).newPassword },
  locked,
  done,
};
