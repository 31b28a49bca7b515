import type { MfaProblem } from '@tweestap/client';

/** Why a call broke: of the client, or that its code could not be fetched. */
export type Failure = MfaProblem | (Error & { readonly code: 'network' });

/**
 * Where an element stands, as one union:
 * `idle` before anything was asked of the server · `busy` while it is asked, with what stays on the screen · `step` when it waits for the person, with
 * the problem of what was refused · `failed` when a call broke, with a way to try the same once more.
 */
export type State = Shown | { readonly name: 'busy'; readonly shown: Shown };

/** What the person sees, also while the server is asked: nothing jumps in the meantime. */
export type Shown =
  | { readonly name: 'idle' }
  | { readonly name: 'step'; readonly problem?: MfaProblem | undefined }
  | { readonly name: 'failed'; readonly problem: Failure; readonly again: () => void };

/** What an expired flow hands to the one that takes its place. */
export interface Kept {
  readonly organisation?: { readonly id: string; readonly name?: string | undefined } | undefined;
  readonly username?: string | undefined;
}
