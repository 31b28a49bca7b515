import type { Kind } from '@tweestap/protocol';

/** The data that is needed to resume a flow. The token is a secret and must never be written to `localStorage` (R72). */
export interface Stored {
  /** The id of the flow. */
  id: string;
  /** The bearer token of the flow. */
  token: string;
  /** The kind of the flow. */
  kind: Kind;
}

/** The part of the `Storage` interface that the client uses. */
export type ResumeStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * Returns the result of `work`, or undefined if it throws. Storage throws if cookies are blocked or the quota is exceeded;
 * the client then works without storage.
 */
export const quietly = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

const isStored = (value: unknown): value is Stored => {
  const { id, token, kind } = Object(value) as Partial<Record<keyof Stored, unknown>>;
  return typeof id === 'string' && typeof token === 'string' && typeof kind === 'string';
};

/** Returns the `sessionStorage` of the page, or undefined if there is none or access to it is blocked. */
export const sessionStorageIfAny = (): ResumeStorage | undefined => quietly(() => globalThis.sessionStorage);

/** Makes the store of the one open flow of an API, for a reload or a closed tab. Without storage it stores nothing. */
export const createResume = (storage: ResumeStorage | undefined, api: string) => {
  const key = `mfa-flow:${api}`;
  const load = (): Stored | undefined => {
    const value: unknown = quietly(() => JSON.parse(storage?.getItem(key) ?? 'null'));
    return isStored(value) ? value : undefined;
  };
  return {
    load,
    save: (flow: Stored) => quietly(() => storage?.setItem(key, JSON.stringify(flow))),
    /** Removes the flow, unless another flow has replaced it. */
    drop: (id: string) => quietly(() => load()?.id === id && storage?.removeItem(key)),
  };
};

/** Loads, saves and removes the stored flow. */
export type Resume = ReturnType<typeof createResume>;
