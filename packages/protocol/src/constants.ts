/** The entry point `@tweestap/protocol/constants`: the words of the wire, without a schema library. */
export type {
  AccountEventCode,
  Acr,
  Action,
  Amr,
  Duration,
  Kind,
  Method,
  PasswordFault,
  ProblemCode,
  SetUpMethod,
  UnlockWay,
} from './values/constants.ts';
export {
  accountEvents,
  acrValues,
  actions,
  amrValues,
  durations,
  kinds,
  maxInputs,
  methods,
  passwordFaults,
  problems,
  problemTypePrefix,
  setUpMethods,
  unlockWays,
} from './values/constants.ts';
