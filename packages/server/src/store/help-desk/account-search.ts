import { type Expression, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { AccountRow } from '../schema.ts';

interface Search {
  query: string;
  limit: number;
  /** The ids of the accounts to search. Default: all accounts of the organisation. */
  only?: readonly string[];
}

/**
 * The text after the last space of a name. It must be spelled as in the index of migration 14, because any other
 * expression would not use the index.
 */
const lastWord = sql<string>`lower(replace(name, rtrim(name, replace(name, ' ', '')), ''))`;

/**
 * Finds accounts by the beginning of the username, of the name, of the last word of the name, or of the email address.
 * The case of ASCII letters is ignored. If `query` has several words, the last one is the beginning of the surname, and
 * the name contains the whole query. Each search reads a range of an index, for at most `limit` rows. `query` is plain
 * text without wildcards.
 */
export async function searchAccounts(
  db: Db,
  organisationId: string,
  { query, limit, only }: Search,
): Promise<AccountRow[]> {
  if (only?.length === 0) return [];
  // Like `lower` on both databases, this leaves letters other than ASCII unchanged.
  const plain = query.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const accounts = only
    ? db.selectFrom('accounts').selectAll().where('id', 'in', only)
    : db.selectFrom('accounts').selectAll();
  const beginning = (key: Expression<string>, prefix: string) =>
    accounts
      .where('organisation_id', '=', organisationId)
      .where(sql<boolean>`${key} >= ${prefix}`)
      // No character sorts after U+10FFFF. Unlike `like`, the range uses an index on both databases.
      .where(sql<boolean>`${key} < ${`${prefix}\u{10ffff}`}`)
      .orderBy(key)
      .limit(limit);
  const words = plain.split(' ');
  const surname = beginning(lastWord, words.at(-1) ?? '');
  const pattern = `%${plain.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const found = await Promise.all([
    beginning(sql<string>`username_key`, query.toLowerCase()).execute(),
    beginning(sql<string>`lower(name)`, plain).execute(),
    (words.length === 1 ? surname : surname.where(sql<boolean>`lower(name) like ${pattern} escape '\\'`)).execute(),
    beginning(sql<string>`lower(email)`, plain).execute(),
  ]);
  const distinct = new Map(found.flat().map((row) => [row.id, row]));
  return [...distinct.values()].sort(byUsername).slice(0, limit);
}

const byUsername = (a: AccountRow, b: AccountRow): number => (a.username_key < b.username_key ? -1 : 1);
