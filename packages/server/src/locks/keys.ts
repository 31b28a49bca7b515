import { createHash } from 'node:crypto';

/*
 * The names of the counters (D7). Hashed, so that no typed name is stored in the table: users sometimes type their password
 * into the username field.
 */

/** Wrong passwords of one name, whether it exists or not. */
export function passwordKey(organisationId: string, usernameKey: string): string {
  return keyOf('password', organisationId, usernameKey);
}

/** Wrong codes of one account, over all its authenticators. */
export function codeKey(accountId: string): string {
  return keyOf('code', accountId);
}

/** Wrong recovery codes and help-desk codes of one account: guessing at an authenticator never fills this one (D12). */
export function recoveryKey(accountId: string): string {
  return keyOf('recovery', accountId);
}

/** Wrong passwords of one account on one browser that it is known on: a stranger elsewhere never fills this one (R44). */
export function knownDeviceKey(accountId: string, deviceId: string): string {
  return keyOf('device', accountId, deviceId);
}

/** Tries whether a new password is the one before. */
export function newPasswordKey(accountId: string): string {
  return keyOf('new-password', accountId);
}

/**
 * The counters of an account's password, on its known devices and elsewhere. Every transaction takes their rows in this
 * order, after those of its codes (decision 0012).
 */
export function passwordKeys(
  account: { id: string; organisation_id: string; username_key: string },
  devices: readonly { id: string }[],
): string[] {
  return [
    ...devices.map(({ id }) => knownDeviceKey(account.id, id)).sort(),
    passwordKey(account.organisation_id, account.username_key),
  ];
}

/** All counters of an account, in that order. */
export function accountKeys(account: Parameters<typeof passwordKeys>[0], devices: readonly { id: string }[]): string[] {
  const { id } = account;
  return [codeKey(id), recoveryKey(id), ...passwordKeys(account, devices), newPasswordKey(id)];
}

function keyOf(kind: string, ...parts: string[]): string {
  return `${kind}.${createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('base64url')}`;
}
