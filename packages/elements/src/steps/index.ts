import type { StepType } from '@tweestap/protocol';
import type { Source } from '../view/host.ts';
import { organisation } from './organisation.ts';
import { username } from './username.ts';

/** The list of step views. The first two are in the file of `<mfa-login>`; the others are in files that are loaded later. */
export const steps: { readonly [T in StepType]: Source<T> } = {
  organisation,
  username,
  password: { load: async () => (await import('./password.ts')).password },
  'choose-method': { load: async () => (await import('./choose-method.ts')).chooseMethod },
  passkey: { load: async () => (await import('./passkey.ts')).passkey },
  push: { load: async () => (await import('./push.ts')).push },
  totp: { load: async () => (await import('./totp.ts')).totp },
  sms: { load: async () => (await import('./sms.ts')).sms },
  email: { load: async () => (await import('./email.ts')).email },
  'recovery-code': { load: async () => (await import('./recovery-code.ts')).recoveryCode },
  'enroll-offer': { load: async () => (await import('./enroll-offer.ts')).enrollOffer },
  'enroll-method': { load: async () => (await import('./enroll-method.ts')).enrollMethod },
  'confirm-password': { load: async () => (await import('./confirm-password.ts')).confirmPassword },
  'enroll-push': { load: async () => (await import('./enroll-push.ts')).enrollPush },
  'enroll-totp': { load: async () => (await import('./enroll-totp.ts')).enrollTotp },
  'enroll-passkey': { load: async () => (await import('./enroll-passkey.ts')).enrollPasskey },
  'enroll-sms-number': { load: async () => (await import('./enroll-sms-number.ts')).enrollSmsNumber },
  'enroll-sms': { load: async () => (await import('./enroll-sms.ts')).enrollSms },
  'recovery-codes': { load: async () => (await import('./recovery-codes.ts')).recoveryCodes },
  identify: { load: async () => (await import('./identify.ts')).identify },
  'mail-sent': { load: async () => (await import('./mail-sent.ts')).mailSent },
  'new-password': { load: async () => (await import('./new-password.ts')).newPassword },
  locked: { load: async () => (await import('./locked.ts')).locked },
  done: { load: async () => (await import('./done.ts')).done },
};
