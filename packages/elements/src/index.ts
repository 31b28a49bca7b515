export type { SuccessDetail } from '@tweestap/client';
export type { ErrorDetail, MfaEventMap, StepDetail } from './element/events.ts';
export { MfaEnroll } from './mfa-enroll/mfa-enroll.ts';
export { MfaLogin } from './mfa-login/mfa-login.ts';
export { MfaSettings } from './mfa-settings/mfa-settings.ts';
