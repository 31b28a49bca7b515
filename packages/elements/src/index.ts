export type { SuccessDetail } from '@tweestap/client';
export type { ApproveMessages } from './locales/approve/catalogues.ts';
export type { Language, Messages } from './locales/messages.ts';
export type { SettingsMessages } from './locales/settings/catalogues.ts';
export { MfaApprove } from './mfa-approve/mfa-approve.ts';
export { MfaEnroll } from './mfa-enroll/mfa-enroll.ts';
export { MfaLogin } from './mfa-login/mfa-login.ts';
export { MfaSettings } from './mfa-settings/mfa-settings.ts';
export type { AnswerDetail, ErrorDetail, LinkedDetail, MfaEventMap, RequestDetail, StepDetail } from './view/host.ts';
