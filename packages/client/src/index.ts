export type {
  Account,
  AccountEvent,
  Duration,
  Input,
  InputOf,
  Kind,
  Method,
  PasskeyAssertion,
  PasskeyCreationOptions,
  PasskeyRegistration,
  PasskeyRequestOptions,
  PasswordFault,
  Problem,
  ProblemCode,
  PublicKey,
  Session,
  SetUpMethod,
  Step,
  StepOf,
  StepType,
} from '@tweestap/protocol';
export { FEW_RECOVERY_CODES } from '@tweestap/protocol/constants';
export type { Presence, Timers } from './back-off.ts';
export type {
  AccountClient,
  Client,
  ClientOptions,
  Installation,
  NewInstallation,
  OrganisationChoice,
  RecentLogin,
  StartOptions,
} from './client.ts';
export { createClient } from './client.ts';
export type { Controller } from './controller.ts';
export { createController } from './controller.ts';
export type {
  ControllerEvents,
  ControllerOptions,
  FlowClient,
  Inputs,
  LoggedIn,
  RestartOptions,
  SuccessDetail,
} from './controller-options.ts';
export { EXPIRY_WARNING_S, LINK_KINDS } from './controller-options.ts';
export type { Flow, FlowListener, Submission } from './flow.ts';
export type { FlowState, ShownState } from './flow-state.ts';
export type { Kept } from './kept.ts';
export { receiveCode } from './one-time-code.ts';
export type { PasskeyOptions } from './passkey-input.ts';
export type {
  AcceptedPasskeys,
  CeremonyOptions,
  PasskeyBrowser,
  PasskeySupport,
  Passkeys,
} from './passkeys.ts';
export { createPasskeys, passkeySupport } from './passkeys.ts';
export type { ClientCode, MfaCode, MfaProblemInit, PasskeyCode, ProblemKind } from './problem.ts';
export { MfaProblem } from './problem.ts';
export type { ResumeStorage } from './resume.ts';
