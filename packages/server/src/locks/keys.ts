import { createHash } from 'node:crypto';

/*
 * The names of the counters (D7). Hashed, so that no name that somebody typed stands in the table: what people type into
 * a username field is at times a password.
 */

/** Wrong passwords of one name, whether it exists or not. */
export function passwordKey(organisationId: string, usernameKey: string): string {
  return keyOf('password', organisationId, usernameKey);
}

/** Wrong codes of one account, over all its factors. */
export function codeKey(accountId: string): string {
  return keyOf('code', accountId);
}

/** Wrong recovery codes of one account: apart from the codes of its authenticators. */
export function recoveryKey(accountId: string): string {
  return keyOf('recovery', accountId);
}

/** Wrong passwords of one account on one browser that it is known on: a stranger elsewhere never fills this one (R44). */
export function knownDeviceKey(accountId: string, deviceId: string): string {
  return keyOf('device', accountId, deviceId);
}

/** Tries whether a new password is the one that was. */
export function newPasswordKey(accountId: string): string {
  return keyOf('new-password', accountId);
}

function keyOf(kind: string, ...parts: string[]): string {
  return `${kind}.${createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('base64url')}`;
}
