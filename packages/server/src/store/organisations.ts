import { sql } from 'kysely';
import { type OrganisationDefinition, parseOrganisation } from '../organisations/schema.ts';
import type { Db, Tx } from './database.ts';
import { prepared } from './prepared.ts';

/** What the search shows: never the policy. */
export interface OrganisationName {
  id: string;
  name: string;
}

/** As it is now. What was written by an older version gets the defaults of what is new. */
export const getOrganisation = prepared(
  (db, id: string) => db.selectFrom('organisations').select('definition').where('id', '=', id),
  ({ rows: [row] }, id) => row && parsed(id, row.definition),
);

/** Definitions that were read before, by id and text: parsing one costs more than reading it, and each login reads one. */
const known = new Map<string, { text: string; definition: OrganisationDefinition }>();
const MAX_KNOWN = 1000;

function parsed(id: string, text: string): OrganisationDefinition {
  const before = known.get(id);
  if (before?.text === text) return before.definition;
  const value = JSON.parse(text) as { policy?: { methods?: { method: string }[] } };
  // Which methods there are was checked when it was written.
  const methods = value.policy?.methods?.map(({ method }) => method);
  const definition = parseOrganisation(value, methods);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(id, { text, definition });
  return definition;
}

/** The first `limit` by name. */
export async function listOrganisations(db: Db, { limit }: { limit: number }): Promise<OrganisationName[]> {
  return await db.selectFrom('organisations').select(['id', 'name']).orderBy('name_key').limit(limit).execute();
}

/** A word costs a scan of the names: what follows these is ignored. */
const MAX_WORDS = 10;

/**
 * Organisations whose name holds every word of the query, whatever its case and accents; by name. Words are counted after
 * compatibility forms are taken apart, since one character can become several words.
 */
export async function searchOrganisations(db: Db, query: string, limit: number): Promise<OrganisationName[]> {
  let found = db.selectFrom('organisations').select(['id', 'name']);
  for (const word of new Set(nameKey(query).split(' ').slice(0, MAX_WORDS))) {
    if (word === '') continue;
    const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
    found = found.where((eb) => sql<boolean>`${eb.ref('name_key')} like ${pattern} escape '\\'`);
  }
  return await found.orderBy('name_key').limit(limit).execute();
}

/** Adds an organisation or takes over its changed definition. */
export async function upsertOrganisation(tx: Tx, definition: OrganisationDefinition, now: number): Promise<void> {
  const row = {
    name: definition.name,
    name_key: nameKey(definition.name),
    definition: JSON.stringify(definition),
  };
  await tx
    .insertInto('organisations')
    .values({ id: definition.id, ...row, created_at: now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

export async function countOrganisations(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('organisations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** How names are searched: lower case, no diacritics, single spaces. Neither database folds more than ASCII itself. */
function nameKey(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim();
}
