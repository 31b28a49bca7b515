import { hashToken } from '../crypto/tokens.ts';

/** How long a browser may take from its nonce to the token of the other system, in seconds. */
export const NONCE_LIFETIME_S = 600;

/**
 * The nonce of a browser: a hash of the token in its cookie. The other system learns the nonce but not the token, so a token
 * for this nonce is of use in this browser alone.
 * Threat: an attacker sends a token of their own login to a user's browser, and the user then works in the attacker's account.
 */
export const nonceOf = (token: string): string => hashToken(`hand-over ${token}`);
