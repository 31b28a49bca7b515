import { accountDisabled } from './account-disabled.ts';
import { accountEnabled } from './account-enabled.ts';
import { activation } from './activation.ts';
import { deskCodeGiven } from './desk-code-given.ts';
import { deskCodeUsed } from './desk-code-used.ts';
import { deviceForgotten } from './device-forgotten.ts';
import { deviceReplayed } from './device-replayed.ts';
import { emailChanged } from './email-changed.ts';
import { factorAdded } from './factor-added.ts';
import { factorRemoved } from './factor-removed.ts';
import { factorReplaced } from './factor-replaced.ts';
import { factorsDisabled } from './factors-disabled.ts';
import { factorsOff } from './factors-off.ts';
import { factorsReset } from './factors-reset.ts';
import { notMe } from './not-me.ts';
import { passwordChanged } from './password-changed.ts';
import { passwordStarted } from './password-started.ts';
import { recoveryCodeUsed } from './recovery-code-used.ts';
import { recoveryCodesEnded } from './recovery-codes-ended.ts';
import { recoveryCodesMade } from './recovery-codes-made.ts';
import { registration } from './registration.ts';
import { registrationExisting } from './registration-existing.ts';
import { reset } from './reset.ts';
import { sessionsEnded } from './sessions-ended.ts';
import type { MailTemplate } from './template.ts';
import { unlock } from './unlock.ts';
import { unlocked } from './unlocked.ts';

/** Every mail there is, by the name that a row of the outbox gives. */
export const templates = {
  activation,
  reset,
  unlock,
  registration,
  'registration-existing': registrationExisting,
  'password-changed': passwordChanged,
  'factor-added': factorAdded,
  'factor-replaced': factorReplaced,
  'factor-removed': factorRemoved,
  'factors-disabled': factorsDisabled,
  'factors-reset': factorsReset,
  'factors-off': factorsOff,
  'recovery-code-used': recoveryCodeUsed,
  'recovery-codes-made': recoveryCodesMade,
  'recovery-codes-ended': recoveryCodesEnded,
  'device-replayed': deviceReplayed,
  'device-forgotten': deviceForgotten,
  'sessions-ended': sessionsEnded,
  'not-me': notMe,
  unlocked,
  'desk-code-given': deskCodeGiven,
  'desk-code-used': deskCodeUsed,
  'password-started': passwordStarted,
  'email-changed': emailChanged,
  'account-disabled': accountDisabled,
  'account-enabled': accountEnabled,
} as const satisfies Readonly<Record<string, MailTemplate>>;

export type TemplateName = keyof typeof templates;
