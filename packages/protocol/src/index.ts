export * from './constants.ts';
export type { AccountEvent } from './messages/account.ts';
export {
  Account,
  AccountChange,
  AccountEventsAnswer,
  EventReport,
  FactorChange,
  Installation,
  NewInstallation,
  Session,
} from './messages/account.ts';
export { FlowAnswer, HealthAnswer, OrganisationsAnswer, SessionAnswer, StartAnswer } from './messages/answers.ts';
export { Flow, StartBody, StepSchema, SubmitBody } from './messages/flow.ts';
export type { Accepts, InputSchemas, Issue, Parsed, ParseInput } from './messages/parse-input.ts';
export { createInputParser, issuesOf, parseInput } from './messages/parse-input.ts';
export { Problem } from './messages/problem.ts';
export type { PushAccount, PushDevice, PushRequest, PushSubscription } from './messages/push.ts';
export {
  AnswerBody,
  AnswerPayload,
  ConfirmAnswer,
  ConfirmBody,
  DeviceAnswer,
  LinkBody,
  PhoneKey,
  RequestAnswer,
  RequestsAnswer,
  SubscriptionBody,
  UnlockAnswer,
  VapidAnswer,
} from './messages/push.ts';
export type { Input, InputOf, Step, StepOf, StepType } from './steps/index.ts';
export { steps } from './steps/index.ts';
export type {
  PasskeyAssertion,
  PasskeyCreationOptions,
  PasskeyRegistration,
  PasskeyRequestOptions,
} from './values/passkeys.ts';
export type { MethodChoice, User } from './values/schemas.ts';
export { ClientId, PublicKey } from './values/schemas.ts';
