/*
 * `@tweestap/server/totp`: the TOTP verifier alone, for servers that have users, sessions and steps of their own. It has no
 * state and opens no database (docs/guide/totp-verifier.md).
 */
export {
  DEFAULT_DIGITS,
  normaliseCode,
  STEP_MS,
  startOfStep,
  stepOf,
  type TotpAuthenticator,
  type TotpQuestion,
  type TotpRefusal,
  type TotpVerdict,
  totpCode,
  verifyTotp,
} from './factors/totp/code.ts';
export { decodeSecret, encodeSecret, newTotpSecret, SecretError } from './factors/totp/secret.ts';
export { OtpauthError, otpauthUri, type Provisioning, parseOtpauthUri } from './factors/totp/uri.ts';
