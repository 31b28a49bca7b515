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
  Session,
  Step,
  StepOf,
  StepType,
} from '@tweestap/protocol';
export type { AccountClient } from './account.ts';
export type { Client, ClientOptions, OrganisationChoice, StartOptions } from './client.ts';
export { createClient } from './client.ts';
export type { Flow, FlowListener, FlowState, Submission } from './flow.ts';
export type { ClientCode, MfaCode, MfaProblemInit, ProblemKind } from './problem.ts';
export { MfaProblem } from './problem.ts';
export type { ResumeStorage } from './resume.ts';
