import type { Clock } from '../crypto/tokens.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';

/** ms. A changed policy holds on all instances after this long; a login reads its organisation several times a second. */
const FRESH = 1000;
/** Deployments have a few thousand at most; beyond this many the cache begins anew. */
const MOST = 10_000;

export type FindOrganisation = (id: string) => Promise<OrganisationDefinition | undefined>;

/** Organisations by id, each at most a second old. Ids that have none are not kept: a stranger could fill the memory. */
export function organisationCache(read: Db, clock: Clock): FindOrganisation {
  const cache = new Map<string, { at: number; definition: OrganisationDefinition }>();
  return async (id) => {
    const now = clock();
    const cached = cache.get(id);
    if (cached && Math.abs(now - cached.at) < FRESH) return cached.definition;
    const definition = await getOrganisation(read, id);
    if (cache.size >= MOST) cache.clear();
    if (definition) cache.set(id, { at: now, definition });
    else cache.delete(id);
    return definition;
  };
}
