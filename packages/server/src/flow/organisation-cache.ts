import type { Clock } from '../crypto/tokens.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { hasOtherHashes } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';

/** ms. A changed policy holds on all instances after this long; a login reads its organisation several times a second. */
const FRESH = 1000;
/** Deployments have a few thousand at most; beyond this many the cache begins anew. */
const MOST = 10_000;

export type FindOrganisation = (id: string) => Promise<OrganisationDefinition | undefined>;

/** What is read of organisations so often that it may be a second old. */
export interface OrganisationCache {
  findOrganisation: FindOrganisation;
  /** Whether the organisation has a password hash of another scheme than the present own one (R54). */
  hasOtherHashes(id: string): Promise<boolean>;
}

/** Organisations by id, each at most a second old. Ids that have none are not kept: a stranger could fill the memory. */
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
    if (found && Math.abs(now - found.at) < FRESH) return found.value;
    const value = await read(id);
    if (cache.size >= MOST) cache.clear();
    if (value === undefined) cache.delete(id);
    else cache.set(id, { at: now, value });
    return value;
  };
}
