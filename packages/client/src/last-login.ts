import { quietly, type ResumeStorage } from './resume.ts';

/** A login that was finished in this tab. */
interface Finished {
  /** The address to continue at, if the server allowed one. */
  readonly returnTo?: string | undefined;
}

/**
 * Makes the note that a login was finished in this tab, so that a later page asks for the session only if there may be one. It
 * holds no secret and no name. Without storage it stores nothing.
 */
export const createLastLogin = (storage: ResumeStorage | undefined, api: string) => {
  const key = `mfa-login:${api}`;
  return {
    load: (): Finished | undefined => {
      const value: unknown = quietly(() => JSON.parse(storage?.getItem(key) ?? 'null'));
      return typeof value === 'object' && value !== null ? value : undefined;
    },
    save: (login: Finished) => quietly(() => storage?.setItem(key, JSON.stringify(login))),
    drop: () => quietly(() => storage?.removeItem(key)),
  };
};

/** Loads, saves and removes the note about the last login. */
export type LastLogin = ReturnType<typeof createLastLogin>;
