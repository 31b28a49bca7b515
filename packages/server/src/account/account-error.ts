import type { ProblemCode } from '@tweestap/protocol';

/** Why a verb of the own account was refused. */
export type AccountErrorCode = Extract<
  ProblemCode,
  'no-session' | 'insufficient-user-authentication' | 'not-allowed' | 'not-found' | 'bad-name'
>;

/** A verb of the own account was refused, and nothing has changed: HTTP answers the problem of `code`. */
export class AccountError extends Error {
  readonly code: AccountErrorCode;
  constructor(code: AccountErrorCode) {
    super(`The account was not changed: ${code}.`);
    this.name = 'AccountError';
    this.code = code;
  }
}
