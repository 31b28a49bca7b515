/** The `typ` of an assertion (RFC 8725 §3.11), so that no other signed JWT can be taken for one. */
export const ASSERTION_TYPE = 'mfa-assertion+jwt';
/** The algorithm that signs assertions. */
export const ASSERTION_ALGORITHM = 'ES256';
/** How long an assertion is valid, in seconds (R74). */
export const ASSERTION_LIFETIME_S = 120;
