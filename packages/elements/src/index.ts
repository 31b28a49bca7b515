export type { SuccessDetail } from '@tweestap/client';
export { MfaEnroll } from './mfa-enroll/mfa-enroll.ts';
export { MfaLogin } from './mfa-login/mfa-login.ts';
export { MfaSettings } from './mfa-settings/mfa-settings.ts';
export type { ErrorDetail, MfaEventMap, StepDetail } from './view/host.ts';
