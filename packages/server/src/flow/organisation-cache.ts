import type { Clock } from '../crypto/tokens.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { hasOtherHashes } from '../store/accounts/passwords.ts';
import type { Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';

/** In ms: after this time a changed policy applies on all instances. One login reads its organisation several times. */
const CACHE_LIFETIME_MS = 1000;
/** The cache is cleared at this number of organisations. Deployments have a few thousand at most. */
const MAX_CACHED_ORGANISATIONS = 10_000;

export type FindOrganisation = (id: string) => Promise<OrganisationDefinition | undefined>;

/** The properties of organisations that are read so often that they are cached for a second. */
export interface OrganisationCache {
  findOrganisation: FindOrganisation;
  /** Whether the organisation has a password hash of another scheme than the server's current one (R54). */
  hasOtherHashes(id: string): Promise<boolean>;
}

/** Caches organisations by id for a second. Unknown ids are not kept, because a stranger could fill the memory with them. */
export function organisationCache(read: Db, clock: Clock, scheme: string): OrganisationCache {
  const definitions = cached(clock, (id) => getOrganisation(read, id));
  const others = cached(clock, (id) => hasOtherHashes(read, id, scheme));
  return { findOrganisation: definitions, hasOtherHashes: others };
}

function cached<T>(clock: Clock, read: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const cache = new Map<string, { at: number; value: T }>();
  return async (id) => {
    const now = clock();
    const found = cache.get(id);
    if (found && Math.abs(now - found.at) < CACHE_LIFETIME_MS) return found.value;
    const value = await read(id);
    if (cache.size >= MAX_CACHED_ORGANISATIONS) cache.clear();
    if (value === undefined) cache.delete(id);
    else cache.set(id, { at: now, value });
    return value;
  };
}
