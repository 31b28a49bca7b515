import type { Kind } from '@tweestap/protocol';

/** What a flow needs to be taken up again. The token is a secret: never put this into localStorage (R72). */
export interface Stored {
  id: string;
  token: string;
  kind: Kind;
}

/** The part of `sessionStorage` that is used. */
export type ResumeStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A page may have no storage, or one that throws at every touch (blocked cookies, full quota): then nothing is resumed. */
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

export const sessionStorageIfAny = (): ResumeStorage | undefined => quietly(() => globalThis.sessionStorage);

/** Keeps the one flow that runs against an API, for a reload or a killed tab. */
export const createResume = (storage: ResumeStorage | undefined, api: string) => {
  const key = `mfa-flow:${api}`;
  const load = (): Stored | undefined => {
    const value: unknown = quietly(() => JSON.parse(storage?.getItem(key) ?? 'null'));
    return isStored(value) ? value : undefined;
  };
  return {
    load,
    save: (flow: Stored) => quietly(() => storage?.setItem(key, JSON.stringify(flow))),
    /** Forgets the flow, unless another one has taken its place. */
    drop: (id: string) => quietly(() => load()?.id === id && storage?.removeItem(key)),
  };
};

export type Resume = ReturnType<typeof createResume>;
