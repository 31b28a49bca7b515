import type { PasskeyCreationOptions, PasskeyRequestOptions } from '@tweestap/protocol';
import { Authenticator } from '../../../factors/passkey/testing/authenticator.ts';
import type { User } from '../ledger/users.ts';
import type { ShownStep } from '../ledger/wire.ts';

/** The origin of the page on which the walk uses its passkeys. */
export const ORIGIN = 'http://localhost';

/** The authenticators of the walk, by the id of their credential. Every other one verifies its user. */
const keys = new Map<string, Authenticator>();

/** Adds an authenticator that holds a passkey of a user. */
export function keep(key: Authenticator): Authenticator {
  keys.set(key.credentialId, key);
  return key;
}

/** A new passkey for the options of a step, of an authenticator that verifies its user if `verifies` is set. */
export function created(step: ShownStep, { verifies, isWrong }: { verifies: boolean; isWrong: boolean }) {
  const key = keep(new Authenticator({ origin: ORIGIN, verifies }));
  const ceremony = isWrong ? { origin: 'http://evil.example' } : {};
  return key.create(step.options as PasskeyCreationOptions, ceremony);
}

/** The assertion of the user's newest passkey for some options; undefined if the user has none. */
export function asserted({ passkeys }: User, options: unknown, isWrong: boolean) {
  const key = keys.get(passkeys.at(-1)?.credentialId ?? '');
  const ceremony = isWrong ? { origin: 'http://evil.example' } : {};
  return key?.get(options as PasskeyRequestOptions, ceremony);
}
