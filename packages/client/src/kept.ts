import type { Input } from '@tweestap/protocol';
import type { Flow } from './flow.ts';
import { quietly, type ResumeStorage, sessionStorageIfAny } from './resume.ts';

/** The names that the user entered. A new flow starts with them. They never include a secret (R72). */
export interface Kept {
  /** The chosen organisation, with its `name` once the server has sent it. */
  readonly organisation?: { readonly id: string; readonly name?: string | undefined } | undefined;
  /** The username as typed, or as the server spells it. */
  readonly username?: string | undefined;
}

/** Where the names of an API are stored. */
interface Place {
  /** Distinguishes the names kept for this API. Default ''. */
  readonly api?: string | undefined;
  /** Default `sessionStorage`; `null` stores nothing. */
  readonly storage?: ResumeStorage | null | undefined;
}

const keyOf = ({ api = '' }: Place): string => `mfa-kept:${api}`;

const storageOf = ({ storage = sessionStorageIfAny() }: Place): ResumeStorage | null | undefined => storage;

/** Returns the stored names of an API; empty if there are none. */
export const loadKept = (place: Place): Kept => {
  const stored: unknown = quietly(() => JSON.parse(storageOf(place)?.getItem(keyOf(place)) ?? '{}'));
  return typeof stored === 'object' && stored !== null ? stored : {};
};

/** Stores the names of an API, or removes them if `kept` is undefined. */
export const saveKept = (place: Place, kept: Kept | undefined): void => {
  const storage = storageOf(place);
  quietly(() => (kept ? storage?.setItem(keyOf(place), JSON.stringify(kept)) : storage?.removeItem(keyOf(place))));
};

/** Returns `kept` with the organisation and username in these inputs added. */
export const keptOf = (kept: Kept, inputs: readonly Input[]): Kept => {
  const username = inputs.map((input) => ('username' in input ? input.username : undefined)).find(Boolean);
  const organisation = inputs.map((input) => ('organisation' in input ? input.organisation : undefined)).find(Boolean);
  return {
    ...kept,
    ...(organisation ? { organisation: { id: organisation } } : {}),
    ...(username ? { username } : {}),
  };
};

/** Returns `kept` with the names as the server spells them. */
export const confirmed = (kept: Kept, { organisation, step }: Flow): Kept => ({
  ...kept,
  ...(organisation ? { organisation: { id: organisation.id, name: organisation.name } } : {}),
  ...('username' in step ? { username: step.username } : {}),
});
