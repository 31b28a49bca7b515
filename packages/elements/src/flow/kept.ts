import type { Flow, Input } from '@tweestap/client';
import type { Kept } from '../element/state.ts';

const key = (api: string): string => `mfa-kept:${api}`;

const quietly = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    // A page without storage, or with one that is full, keeps nothing over a reload.
    return undefined;
  }
};

/** What the person had told before a reload: names only, never a secret (R72). */
export const loadKept = (api: string): Kept => {
  const stored: unknown = quietly(() => JSON.parse(sessionStorage.getItem(key(api)) ?? '{}'));
  return typeof stored === 'object' && stored !== null ? stored : {};
};

export const saveKept = (api: string, kept: Kept | undefined): void => {
  quietly(() => (kept ? sessionStorage.setItem(key(api), JSON.stringify(kept)) : sessionStorage.removeItem(key(api))));
};

/** What the person tells with these inputs. */
export const told = (kept: Kept, inputs: readonly Input[]): Kept => {
  const username = inputs.map((input) => ('username' in input ? input.username : undefined)).find(Boolean);
  const organisation = inputs.map((input) => ('organisation' in input ? input.organisation : undefined)).find(Boolean);
  return {
    ...kept,
    ...(organisation ? { organisation: { id: organisation } } : {}),
    ...(username ? { username } : {}),
  };
};

/** What the server knows better. */
export const confirmed = (kept: Kept, { organisation, step }: Flow): Kept => ({
  ...kept,
  ...(organisation ? { organisation: { id: organisation.id, name: organisation.name } } : {}),
  ...('username' in step ? { username: step.username } : {}),
});
