import type { Step, StepType } from '@tweestap/client';

const before: Partial<Record<StepType, StepType>> = {
  username: 'organisation',
  password: 'username',
  'choose-method': 'password',
  totp: 'password',
  'recovery-code': 'password',
  locked: 'username',
  'enroll-offer': 'username',
  'confirm-password': 'enroll-offer',
  'enroll-method': 'enroll-offer',
  'enroll-totp': 'enroll-offer',
  identify: 'organisation',
  'mail-sent': 'identify',
};

/** The step that 'back' leads to. The wire does not name it yet; once it does, `step.back` replaces this table. */
export const backTarget = (step: Step): StepType | undefined => before[step.type];
