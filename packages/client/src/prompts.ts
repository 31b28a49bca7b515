import type { Input } from '@tweestap/protocol';
import type { Flow } from './flow.ts';
import { type PasskeyOptions, passkeyInput } from './passkey-input.ts';
import type { Passkeys } from './passkeys.ts';

/** Milliseconds that the browser gets to create a passkey without a prompt. The user waits meanwhile. */
const SILENT_CREATION_MS = 3000;

/** The passkey ceremony of a login page. At most one runs: a new one ends the one before it. */
export class Prompts {
  #running: { readonly abort: AbortController; readonly conditional: boolean } | undefined;

  /** Whether the browser asks the user for a passkey now. The wait for the autofill does not count. */
  get asking(): boolean {
    return this.#running?.conditional === false;
  }

  /** Performs the ceremony of the flow's step. Resolves with its input, or undefined if it was ended meanwhile. @throws {MfaProblem} */
  async perform(passkeys: Passkeys, { step }: Flow, options: PasskeyOptions): Promise<Input | undefined> {
    this.end();
    const own = { abort: new AbortController(), conditional: options.conditional ?? false };
    const { signal } = own.abort;
    this.#running = own;
    try {
      const input = await passkeyInput(passkeys, step, { ...options, signal });
      return signal.aborted ? undefined : input;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      if (this.#running === own) this.#running = undefined;
    }
  }

  /** Ends the ceremony that is running. */
  end(): void {
    this.#running?.abort.abort();
    this.#running = undefined;
  }
}

/**
 * Returns the input for an offer of a passkey that needs no question: the browser has no passkeys, or it has created one without
 * a prompt after the login with a saved password. Undefined if the user must be asked.
 */
export const answerToOffer = async (
  passkeys: Passkeys | undefined,
  { step }: Flow<'enroll-offer'>,
  after: (work: () => void, ms: number) => () => void,
): Promise<Input | undefined> => {
  if (!passkeys?.available) return { step: 'enroll-offer', action: 'later', unsupported: true };
  if (!step.options || !(await passkeys.support()).conditionalCreate) return undefined;
  const abort = new AbortController();
  const clear = after(() => abort.abort(), SILENT_CREATION_MS);
  try {
    return await passkeyInput(passkeys, step, { conditional: true, signal: abort.signal });
  } catch {
    // The browser found no saved password of this login, or the user must confirm the passkey.
    return undefined;
  } finally {
    clear();
  }
};
