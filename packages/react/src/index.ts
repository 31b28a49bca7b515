// Generated from the custom-elements manifest by generate.ts.
export type {
  AnswerDetail,
  ErrorDetail,
  LinkedDetail,
  Messages,
  MfaEventMap,
  RequestDetail,
  StepDetail,
  SuccessDetail,
} from '@tweestap/elements';
export type { CommonProps, ElementComponent } from './component.ts';
export { MfaApprove, type MfaApproveProps } from './mfa-approve.ts';
export { MfaEnroll, type MfaEnrollProps } from './mfa-enroll.ts';
export { MfaLogin, type MfaLoginProps } from './mfa-login.ts';
export { MfaSettings, type MfaSettingsProps } from './mfa-settings.ts';
