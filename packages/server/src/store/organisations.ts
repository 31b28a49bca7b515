import { sql } from 'kysely';
import { type OrganisationDefinition, parseOrganisation } from '../organisations/schema.ts';
import type { Db, Tx } from './database.ts';
import { prepared } from './prepared.ts';

/** The part of an organisation that the search shows. The policy is not included. */
export interface OrganisationName {
  id: string;
  name: string;
}

/**
 * The current definition of an organisation; undefined when there is none. A definition that an older version wrote
 * gets the defaults of new members.
 */
export const getOrganisation = prepared(
  (db, id: string) => db.selectFrom('organisations').select('definition').where('id', '=', id),
  ({ rows: [row] }, id) => row && parsed(id, row.definition),
);

/** A cache of parsed definitions, by id and text: parsing costs more than reading, and each login reads one. */
const known = new Map<string, { text: string; definition: OrganisationDefinition }>();
const MAX_KNOWN = 1000;

function parsed(id: string, text: string): OrganisationDefinition {
  const before = known.get(id);
  if (before?.text === text) return before.definition;
  const value = JSON.parse(text) as { policy?: { methods?: { method: string }[] } };
  // The methods were validated when the definition was written.
  const methods = value.policy?.methods?.map(({ method }) => method);
  const definition = parseOrganisation(value, methods);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(id, { text, definition });
  return definition;
}

/** The organisations that name where their passkeys are used. There are few, and the result is cached by its caller. */
export async function organisationsWithPasskeys(db: Db): Promise<OrganisationDefinition[]> {
  const rows = await db
    .selectFrom('organisations')
    .select(['id', 'definition'])
    .where('definition', 'like', '%"passkeys":{%')
    .execute();
  return rows.map(({ id, definition }) => parsed(id, definition));
}

/** Which organisations are returned. */
interface Among {
  /** The largest number. */
  limit: number;
  /** Their ids. Default: any. */
  among?: readonly string[] | undefined;
}

/** The first `limit` organisations by name. */
export async function listOrganisations(db: Db, { limit, among }: Among): Promise<OrganisationName[]> {
  const all = db.selectFrom('organisations').select(['id', 'name']);
  const found = among ? all.where('id', 'in', among) : all;
  return await found.orderBy('name_key').limit(limit).execute();
}

/** The number of words of a query that are used. Each word costs a scan of the names. */
const MAX_WORDS = 10;

/**
 * At most `limit` organisations whose name contains every word of the query, in any case and with or without accents,
 * by name. The words are counted after compatibility decomposition, because one character can become several words.
 */
export async function searchOrganisations(db: Db, query: string, { limit, among }: Among): Promise<OrganisationName[]> {
  let found = db.selectFrom('organisations').select(['id', 'name']);
  if (among) found = found.where('id', 'in', among);
  for (const word of new Set(nameKey(query).split(' ').slice(0, MAX_WORDS))) {
    if (word === '') continue;
    const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
    found = found.where((eb) => sql<boolean>`${eb.ref('name_key')} like ${pattern} escape '\\'`);
  }
  return await found.orderBy('name_key').limit(limit).execute();
}

/** Adds an organisation, or updates the definition of an existing one. */
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

/** How many organisations there are. */
export async function countOrganisations(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('organisations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Whether any organisation sends text messages. It reads all definitions, so it is for the start of a server. */
export async function hasSms(db: Db): Promise<boolean> {
  const found = await db
    .selectFrom('organisations')
    .select('id')
    .where('definition', 'like', '%"sms":{%')
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/**
 * The form in which names are searched: lower case, no diacritics, single spaces. Neither database folds characters
 * other than ASCII.
 */
function nameKey(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim();
}
