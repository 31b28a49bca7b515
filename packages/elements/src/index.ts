export { MfaEnroll } from './mfa-enroll/mfa-enroll.ts';
export { MfaLogin } from './mfa-login/mfa-login.ts';
export { MfaSettings } from './mfa-settings/mfa-settings.ts';
