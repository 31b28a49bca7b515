export type {
  Account,
  AccountEvent,
  Duration,
  Input,
  InputOf,
  Kind,
  Method,
  PasswordFault,
  Problem,
  ProblemCode,
  PublicKey,
  Session,
  Step,
  StepOf,
  StepType,
} from '@tweestap/protocol';
export { FEW_RECOVERY_CODES } from '@tweestap/protocol/constants';
export type {
  AccountClient,
  Client,
  ClientOptions,
  Installation,
  NewInstallation,
  OrganisationChoice,
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
  SuccessDetail,
  Timers,
} from './controller-options.ts';
export { EXPIRY_WARNING_S, LINK_KINDS } from './controller-options.ts';
export type { Flow, FlowListener, Submission } from './flow.ts';
export type { FlowState, ShownState } from './flow-state.ts';
export type { Kept } from './kept.ts';
export type { ClientCode, MfaCode, MfaProblemInit, ProblemKind } from './problem.ts';
export { MfaProblem } from './problem.ts';
export type { ResumeStorage } from './resume.ts';
