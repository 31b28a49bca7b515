import {
  deviceForgotten,
  deviceReplayed,
  installationAdded,
  installationRemoved,
  notMe,
  sessionsEnded,
  unlocked,
} from './access-notices.ts';
import {
  accountDisabled,
  accountEnabled,
  emailChanged,
  passwordChanged,
  passwordStarted,
  usernameChanged,
} from './account-notices.ts';
import { emailCode } from './code-mail.ts';
import {
  deskCodeGiven,
  deskCodeUsed,
  recoveryCodesEnded,
  recoveryCodesMade,
  recoveryCodeUsed,
} from './code-notices.ts';
import {
  factorAdded,
  factorRemoved,
  factorReplaced,
  factorsDisabled,
  factorsOff,
  factorsReset,
  numberChanged,
  passkeyCopied,
} from './factor-notices.ts';
import { activation, registration, registrationExisting, reset, unlock } from './link-mails.ts';
import { pushCode, pushDenied, pushLink } from './push-mails.ts';
import type { MailTemplate } from './template.ts';

/** All templates, by the name that is stored in a row of the outbox. */
export const templates = {
  activation,
  reset,
  unlock,
  registration,
  'registration-existing': registrationExisting,
  'email-code': emailCode,
  'password-changed': passwordChanged,
  'factor-added': factorAdded,
  'factor-replaced': factorReplaced,
  'factor-removed': factorRemoved,
  'factors-disabled': factorsDisabled,
  'factors-reset': factorsReset,
  'factors-off': factorsOff,
  'number-changed': numberChanged,
  'passkey-copied': passkeyCopied,
  'recovery-code-used': recoveryCodeUsed,
  'recovery-codes-made': recoveryCodesMade,
  'recovery-codes-ended': recoveryCodesEnded,
  'device-replayed': deviceReplayed,
  'device-forgotten': deviceForgotten,
  'installation-added': installationAdded,
  'installation-removed': installationRemoved,
  'sessions-ended': sessionsEnded,
  'not-me': notMe,
  unlocked,
  'push-code': pushCode,
  'push-link': pushLink,
  'push-denied': pushDenied,
  'desk-code-given': deskCodeGiven,
  'desk-code-used': deskCodeUsed,
  'password-started': passwordStarted,
  'email-changed': emailChanged,
  'username-changed': usernameChanged,
  'account-disabled': accountDisabled,
  'account-enabled': accountEnabled,
} as const satisfies Readonly<Record<string, MailTemplate>>;

/** The stored name of a template. */
export type TemplateName = keyof typeof templates;
