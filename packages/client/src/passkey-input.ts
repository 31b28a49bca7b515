import type { Input, PasskeyRequestOptions, Step } from '@tweestap/protocol';
import type { CeremonyOptions, Passkeys } from './passkeys.ts';
import { MfaProblem } from './problem.ts';

/** Options of `Flow.passkey`. */
export interface PasskeyOptions extends CeremonyOptions {
  /** Whether this device is remembered, at the step `passkey`. Default false. */
  readonly remember?: boolean | undefined;
  /** The name of a new passkey. Default the name of its password manager. */
  readonly name?: string | undefined;
}

/** Returns the options of a login with a passkey at this step; undefined if the step allows none. */
export const requestOf = (step: Step): PasskeyRequestOptions | undefined => {
  if (step.type === 'passkey') return step.options;
  return step.type === 'username' ? step.passkey : undefined;
};

/** Performs the ceremony of a step. Resolves with the input for the step. @throws {MfaProblem} */
export const passkeyInput = async (passkeys: Passkeys, step: Step, options: PasskeyOptions): Promise<Input> => {
  const { remember, name, ...ceremony } = options;
  if (step.type === 'enroll-passkey') {
    const credential = await passkeys.create(step.options, ceremony);
    return { step: 'enroll-passkey', credential, ...(name ? { name } : {}) };
  }
  if (step.type === 'enroll-offer' && step.options)
    return { step: 'enroll-offer', action: 'passkey', credential: await passkeys.create(step.options, ceremony) };
  const request = requestOf(step);
  if (!request) throw new MfaProblem('passkey-unsupported');
  const credential = await passkeys.get(request, ceremony);
  if (step.type === 'username') return { step: 'username', action: 'passkey', credential };
  return { step: 'passkey', credential, ...(remember === undefined ? {} : { remember }) };
};
