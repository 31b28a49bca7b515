import type { Input } from '@tweestap/protocol';
import type { Flow } from './flow.ts';
import { quietly, type ResumeStorage } from './resume.ts';

/** The names that the user entered. A new flow starts with them. They never include a secret (R72). */
export interface Kept {
  /** The chosen organisation, with its `name` once the server has sent it. */
  readonly organisation?: { readonly id: string; readonly name?: string | undefined } | undefined;
  /** The username as typed, or as the server spells it. */
  readonly username?: string | undefined;
}

const key = (api: string): string => `mfa-kept:${api}`;

/** Returns the stored names of an API; empty if there are none. */
export const loadKept = (storage: ResumeStorage | undefined, api: string): Kept => {
  const stored: unknown = quietly(() => JSON.parse(storage?.getItem(key(api)) ?? '{}'));
  return typeof stored === 'object' && stored !== null ? stored : {};
};

/** Stores the names of an API, or removes them if `kept` is undefined. */
export const saveKept = (storage: ResumeStorage | undefined, api: string, kept: Kept | undefined): void => {
  quietly(() => (kept ? storage?.setItem(key(api), JSON.stringify(kept)) : storage?.removeItem(key(api))));
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
