/**
 * The words of the wire, and the few values that server, client and pages share. They need no schema library: safe to
 * import in a browser bundle.
 * Every list here is the only list of its kind; the schemas and the types are derived from it.
 */

/** What a person wants to get done with a flow. */
export const kinds = [
  'login',
  'activate',
  'recover',
  'reset',
  'unlock',
  'register',
  'enroll',
  'recovery-codes',
  'disable',
  'change-password',
  'step-up',
] as const;
export type Kind = (typeof kinds)[number];

/** Ways to prove a second factor. */
export const methods = ['totp', 'recovery-code'] as const;
export type Method = (typeof methods)[number];

/** Second factors that a person sets up by herself. */
export const setUpMethods = ['totp'] as const;
export type SetUpMethod = (typeof setUpMethods)[number];

/** How long a device may be remembered: never, 12 hours, 1 day, 3 days, 1 week. */
export const durations = ['never', '12h', '1d', '3d', '1w'] as const;
export type Duration = (typeof durations)[number];

/** What a person may do with a step. `submit` is the default. */
export const actions = ['submit', 'accept', 'later', 'back', 'switch', 'extend', 'poll', 'unlock'] as const;
export type Action = (typeof actions)[number];

/** Ways out of a lock. `mail`: a link that lifts it; `reset`: a new password by mail. */
export const unlockWays = ['wait', 'helpdesk', 'mail', 'reset'] as const;
export type UnlockWay = (typeof unlockWays)[number];

/** What an account's holder is told to have happened to it, in the words of the settings page. */
export const accountEvents = [
  'login',
  'wrong-password',
  'wrong-code',
  'locked',
  'factor-added',
  'factor-removed',
  'factors-off',
  'recovery-codes-made',
  'password-changed',
  'device-forgotten',
  'sessions-ended',
  'signed-out',
  'not-me',
  'unlocked',
  'factors-reset',
  'desk-code',
  'link-sent',
  'password-started',
  'email-changed',
  'help-desk',
] as const;
export type AccountEventCode = (typeof accountEvents)[number];

/** Why a new password can't be taken (D10). */
export const passwordFaults = [
  'too-short',
  'too-long',
  'common',
  'contains-username',
  'contains-organisation',
  'reused',
] as const;
export type PasswordFault = (typeof passwordFaults)[number];

/** Authenticator assurance reached by a login, NIST SP 800-63B-4 §2. */
export const acrValues = ['aal1', 'aal2'] as const;
export type Acr = (typeof acrValues)[number];

/** Authentication method references, RFC 8176 §2. */
export const amrValues = ['pwd', 'otp', 'mfa'] as const;
export type Amr = (typeof amrValues)[number];

/** Codes of a problem (RFC 9457) with the HTTP status that each travels under and its title. */
export const problems = {
  malformed: { status: 400, title: 'The request is not well formed' },
  'no-session': { status: 401, title: 'There is no session' },
  'insufficient-user-authentication': { status: 401, title: 'A fresh second factor is required' },
  'not-allowed': { status: 403, title: 'This is not allowed' },
  'cross-site': { status: 403, title: 'Requests from other sites are refused' },
  'no-such-flow': { status: 404, title: 'There is no such flow' },
  'no-such-link': { status: 404, title: 'There is no such link' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  'out-of-order': { status: 409, title: 'This is not the step that is asked for now' },
  'idempotency-conflict': { status: 409, title: 'This Idempotency-Key was used for another request' },
  'flow-expired': { status: 410, title: 'This flow has ended' },
  'link-expired': { status: 410, title: 'This link no longer works' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'wrong-credentials': { status: 422, title: 'The username or the password is not right' },
  'wrong-code': { status: 422, title: 'The code is not right' },
  'code-used': { status: 422, title: 'The code was used before' },
  'code-expired': { status: 422, title: 'The code has passed' },
  'code-early': { status: 422, title: 'The code is not valid yet' },
  'clock-off': { status: 422, title: 'The clock of the authenticator is wrong' },
  'old-authenticator': { status: 422, title: 'The code is of an authenticator that was replaced' },
  'unknown-organisation': { status: 422, title: 'There is no such organisation' },
  'bad-username': { status: 422, title: 'The username has characters that are not allowed' },
  'bad-email': { status: 422, title: 'This is no e-mail address' },
  'weak-password': { status: 422, title: 'This password can not be taken' },
  'bad-name': { status: 422, title: 'The name has characters that are not allowed' },
  locked: { status: 422, title: 'Too many attempts: locked' },
  throttled: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on the server' },
  busy: { status: 503, title: 'The server is busy' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemCode = keyof typeof problems;

/** Refusals of a code that an authenticator shows, the most specific one first. */
export const codeRefusals = [
  'code-used',
  'code-early',
  'code-expired',
  'old-authenticator',
  'clock-off',
  'wrong-code',
] as const satisfies readonly ProblemCode[];

/** Base of the `type` URI of a problem: `urn:tweestap:problem:<code>`. */
export const problemTypePrefix = 'urn:tweestap:problem:';

/** The widest list of inputs that one request carries. */
export const maxInputs = 8;

/** With at most this many unspent recovery codes, the user is asked to make new ones (R35). */
export const FEW_RECOVERY_CODES = 2;

/** The languages of mail, letters, an organisation's own words and the demo's pages; the first one is the default. */
export const languages = ['en', 'nl'] as const;
export type Language = (typeof languages)[number];

/** Host names, as in a URL, of the machine itself. */
export const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'] as const;

/**
 * Whether a URL's host name is the machine itself. Plain http is allowed there, since browsers treat it as a secure
 * context (https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy).
 */
export function isLoopbackHost(hostname: string): boolean {
  return loopbackHosts.some((host) => host === hostname);
}
