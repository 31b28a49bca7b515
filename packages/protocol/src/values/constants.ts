/**
 * The words of the wire, without a schema library, so that a browser bundle can import them.
 * Each list is defined here only; the schemas and types are derived from it.
 */

/** The kinds of flow: what a user can do with one. */
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
/** A kind of flow. */
export type Kind = (typeof kinds)[number];

/** The methods that prove a second factor. */
export const methods = ['passkey', 'push', 'totp', 'sms', 'email', 'recovery-code'] as const;
/** A method that proves a second factor. */
export type Method = (typeof methods)[number];

/** The methods that a user can enroll. */
export const setUpMethods = ['totp', 'passkey', 'push', 'sms'] as const;
/** A method that a user can enroll. */
export type SetUpMethod = (typeof setUpMethods)[number];

/** How long a device can be remembered: never, 12 hours, 1 day, 3 days or 1 week. */
export const durations = ['never', '12h', '1d', '3d', '1w'] as const;
/** How long a device is remembered. */
export type Duration = (typeof durations)[number];

/** What an input can do at a step. The default is `submit`. */
export const actions = [
  'submit',
  'accept',
  'later',
  'back',
  'switch',
  'extend',
  'poll',
  'resend',
  'change-number',
  'unlock',
  'passkey',
] as const;
/** What an input does at a step. */
export type Action = (typeof actions)[number];

/** The ways to end a lock. `push` is a linked phone that lifts it; `mail` sends a link that lifts it; `reset` sends a link to choose a new password. */
export const unlockWays = ['wait', 'push', 'helpdesk', 'mail', 'reset'] as const;
/** A way to end a lock. */
export type UnlockWay = (typeof unlockWays)[number];

/** The events that the settings page lists for the user of an account. */
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
  'installation-added',
  'installation-removed',
] as const;
/** An event that the settings page lists. */
export type AccountEventCode = (typeof accountEvents)[number];

/** The reasons to refuse a new password (D10): the `reason` of `weak-password`. */
export const passwordFaults = [
  'too-short',
  'too-long',
  'common',
  'contains-username',
  'contains-organisation',
  'reused',
] as const;
/** A reason to refuse a new password. */
export type PasswordFault = (typeof passwordFaults)[number];

/** The authenticator assurance levels that a login can reach, NIST SP 800-63B-4 §2. */
export const acrValues = ['aal1', 'aal2'] as const;
/** The authenticator assurance level of a login. */
export type Acr = (typeof acrValues)[number];

/** Authentication method references, RFC 8176 §2. */
export const amrValues = ['pwd', 'otp', 'mfa', 'pop', 'user', 'sms'] as const;
/** An authentication method reference of a login. */
export type Amr = (typeof amrValues)[number];

/** The codes of problems (RFC 9457), each with its HTTP status and its title. */
export const problems = {
  /** The request is invalid. `issues` says where, and what was expected. */
  malformed: { status: 400, title: 'The request is malformed' },
  /** The browser has no session, or it has ended. Log in. */
  'no-session': { status: 401, title: 'There is no session' },
  /** The proof of possession of a phone is missing, wrong or was used. `serverTime` lets the phone correct its clock. */
  'bad-proof': { status: 401, title: 'The proof of possession is not valid' },
  /** A recent second factor is required: run a flow of the kind `step-up` (RFC 9470). */
  'insufficient-user-authentication': { status: 401, title: 'A fresh second factor is required' },
  /** An eleventh `extend`, a method that is not offered, a `returnTo` or a duration that is not on the list, a `nonce` where no assertion is possible, or the session of a client. `detail` says which. */
  'not-allowed': { status: 403, title: 'This is not allowed' },
  /** The token of another system is not accepted. `detail` says why. */
  'bad-hand-over': { status: 403, title: 'The hand-over of another system is not accepted' },
  /** A client did not authenticate itself. `detail` says why. */
  'bad-client': { status: 403, title: 'The client did not authenticate itself' },
  /** The request came from another site. `detail` names its origin and the expected ones. */
  'cross-site': { status: 403, title: 'Requests from other sites are refused' },
  /** The flow does not exist, the token is wrong, or the flow belongs to another browser. */
  'no-such-flow': { status: 404, title: 'There is no such flow' },
  /** The link does not exist, or is of another kind. */
  'no-such-link': { status: 404, title: 'There is no such link' },
  /** The route or the record does not exist. */
  'not-found': { status: 404, title: 'Not found' },
  /** The route does not allow this HTTP method. The header `Allow` has the allowed ones. */
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  /** The flow is at another step, which is in `flow`. */
  'out-of-order': { status: 409, title: 'The input is not for the current step' },
  /** The key was used for a request with another body. Use a new key. */
  'idempotency-conflict': { status: 409, title: 'This Idempotency-Key was used for another request' },
  /** The flow has ended. Start a new one. */
  'flow-expired': { status: 410, title: 'This flow has ended' },
  /** The request for approval was answered or replaced, or it has expired. */
  'request-ended': { status: 410, title: 'This request is no longer open' },
  /** The link was used, has expired, or was replaced by a newer one. `kind` says which flow requests a new one. */
  'link-expired': { status: 410, title: 'This link no longer works' },
  /** The body is over 16 KB. */
  'too-large': { status: 413, title: 'The body is too large' },
  /** The header `Content-Type` of a request with a body must be `application/json`. */
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  /** The username or the password is incorrect. The response does not reveal which. */
  'wrong-credentials': { status: 422, title: 'The username or password is incorrect' },
  /** The code is not correct. */
  'wrong-code': { status: 422, title: 'The code is incorrect' },
  /** The same code was accepted before. The next one works. */
  'code-used': { status: 422, title: 'The code was used before' },
  /** The code is of an earlier time step of the authenticator app, or of a message that is older than ten minutes or was replaced. */
  'code-expired': { status: 422, title: 'The code has expired' },
  /** The code becomes valid soon, because the clock of the authenticator is ahead. */
  'code-early': { status: 422, title: 'The code is not valid yet' },
  /** The code is right for another time, so the clock or the time zone of the authenticator is wrong. */
  'clock-off': { status: 422, title: 'The clock of the authenticator is wrong' },
  /** The code is from an authenticator that a newer one replaced. */
  'old-authenticator': { status: 422, title: 'The code is from an authenticator that was replaced' },
  /** The passkey is unknown, or belongs to another account, or its signature is not valid. */
  'wrong-passkey': { status: 422, title: 'The passkey was not accepted' },
  /** The challenge was used or is too old. The flow has a new one. */
  'passkey-expired': { status: 422, title: 'The request for the passkey has expired' },
  /** The account has a passkey on this device or security key already. */
  'passkey-exists': { status: 422, title: 'This passkey is registered already' },
  /** The passkey proves possession only, and here it must verify its user, for example by a PIN. */
  'unverified-passkey': { status: 422, title: 'The passkey did not verify its user' },
  /** The signed answer of a phone is not valid. */
  'bad-answer': { status: 422, title: 'The signature of the answer is not valid' },
  /** No organisation has this id. */
  'unknown-organisation': { status: 422, title: 'There is no such organisation' },
  /** The username has characters that are not allowed, or is no email address where it must be one. */
  'bad-username': { status: 422, title: 'The username has characters that are not allowed' },
  /** The value is not an email address. */
  'bad-email': { status: 422, title: 'The email address is invalid' },
  /** The number is not a mobile phone number in a country of the organisation. */
  'bad-phone-number': { status: 422, title: 'The phone number can’t receive codes' },
  /** The new password is not accepted. `reason` says why. */
  'weak-password': { status: 422, title: 'The password is not allowed' },
  /** The name has characters that are not allowed. */
  'bad-name': { status: 422, title: 'The name has characters that are not allowed' },
  /** Too many attempts failed. The step `locked` says how the lock ends. */
  locked: { status: 422, title: 'Locked after too many attempts' },
  /** Too many failures from one address or device, or too many emails for one username. `Retry-After` says how long to wait. `POST /flows` responds with 201, the flow, this problem and the header. */
  throttled: { status: 429, title: 'Too many requests' },
  /** An error of the server. Report the `correlationId`; it is in the log. */
  internal: { status: 500, title: 'Internal server error' },
  /** The server is busy, or its clock was set back. `Retry-After` says how long to wait. */
  busy: { status: 503, title: 'The server is busy' },
} as const satisfies Record<string, { status: number; title: string }>;
/** The code of a problem. */
export type ProblemCode = keyof typeof problems;

/** The beginning of a problem's `type` URI, `urn:tweestap:problem:<code>`. */
export const problemTypePrefix = 'urn:tweestap:problem:';

/** The maximum number of inputs in one request. */
export const maxInputs = 8;

/** Refusals of a code that an authenticator shows, the most specific one first. */
export const codeRefusals = [
  'code-used',
  'code-early',
  'code-expired',
  'old-authenticator',
  'clock-off',
  'wrong-code',
] as const satisfies readonly ProblemCode[];

/** With at most this many unspent recovery codes, the user is asked to create new ones (R35). */
export const FEW_RECOVERY_CODES = 2;

/** The languages of mail, letters, an organisation's own words and the demo's pages. The first one is the default. */
export const languages = ['en', 'nl'] as const;
/** A language of mail, letters and pages. */
export type Language = (typeof languages)[number];

/** Host names, as in a URL, of the machine itself. */
export const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'] as const;

/**
 * Whether a URL's host name is the machine itself. Plain http is allowed there, because browsers treat it as a secure
 * context (https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy).
 */
export function isLoopbackHost(hostname: string): boolean {
  return loopbackHosts.some((host) => host === hostname);
}
