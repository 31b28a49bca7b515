export { Account, AccountChange, FactorChange, Session } from './account.ts';
export * from './constants.ts';
export { Flow, StartBody, StepSchema, SubmitBody } from './flow.ts';
export type { Issue, Parsed } from './parse-input.ts';
export { issuesOf, parseInput } from './parse-input.ts';
export { Problem } from './problem.ts';
export type { Input, InputOf, Step, StepOf, StepType } from './steps/index.ts';
export { steps } from './steps/index.ts';
export type { MethodChoice, User } from './values.ts';
