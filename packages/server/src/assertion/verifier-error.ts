/**
 * Why an assertion is refused.
 *
 * - `malformed`: it is no signed JWT
 * - `bad-algorithm`: its algorithm is not ES256
 * - `bad-header`: its header has another member than `alg`, `typ` and `kid`, such as a key of its own
 * - `wrong-type`: its `typ` is not `mfa-assertion+jwt`
 * - `unknown-key`: the issuer publishes no key with its `kid`
 * - `bad-signature`: that key did not sign it
 * - `wrong-issuer`, `wrong-audience`, `wrong-organisation`: it is from another server, or for another portal
 * - `wrong-nonce`: it belongs to another session of the portal, or the session has no nonce
 * - `expired`, `not-yet-valid`: by the clock of this server
 * - `bad-claims`: a claim is missing or has a wrong form
 * - `used`: it was verified before
 */
export type AssertionFault =
  | 'malformed'
  | 'bad-algorithm'
  | 'bad-header'
  | 'wrong-type'
  | 'unknown-key'
  | 'bad-signature'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'wrong-organisation'
  | 'wrong-nonce'
  | 'expired'
  | 'not-yet-valid'
  | 'bad-claims'
  | 'used';

/** An assertion is refused. `code` says why; the message repeats no value of the assertion. */
export class AssertionRefusedError extends Error {
  /** Why, for programs. */
  readonly code: AssertionFault;
  /** The claim that is missing or wrong, if it is one. */
  readonly claim: string | undefined;
  constructor(code: AssertionFault, message: string, claim?: string) {
    super(`The assertion is refused: ${message}.`);
    this.name = 'AssertionRefusedError';
    this.code = code;
    this.claim = claim;
  }
}

/** The keys of the issuer could not be fetched. The assertion may be valid: try again, and start no session meanwhile. */
export class KeysUnavailableError extends Error {
  /** The code of the error, for programs. */
  readonly code = 'keys-unavailable';
  constructor(options: ErrorOptions) {
    super('The keys that verify assertions could not be fetched.', options);
    this.name = 'KeysUnavailableError';
  }
}
