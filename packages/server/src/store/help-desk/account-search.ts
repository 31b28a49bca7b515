import { type Expression, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { AccountRow } from '../schema.ts';

interface Search {
  query: string;
  limit: number;
  /** The ids that the answer is kept to. */
  only?: readonly string[];
}

/** The text after the last space of a name. As the index of migration 14 has it: another spelling would not use the index. */
const lastWord = sql<string>`lower(replace(name, rtrim(name, replace(name, ' ', '')), ''))`;

/**
 * By the beginning of the username, of the name, of the last word of the name, or of the address, in any case of ASCII
 * letters. With several words in `query`, the last of them is the beginning of the surname, and the name holds all of it.
 * Each is a range of an index that is read for at most `limit` rows. `query` is plain text: nothing in it is a wildcard.
 */
export async function searchAccounts(
  db: Db,
  organisationId: string,
  { query, limit, only }: Search,
): Promise<AccountRow[]> {
  if (only?.length === 0) return [];
  // As `lower` does on both databases, which leaves letters beyond ASCII as they are.
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
  const pattern = `%${plain.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const found = await Promise.all([
    beginning(sql<string>`username_key`, query.toLowerCase()).execute(),
    beginning(sql<string>`lower(name)`, plain).execute(),
    (words.length === 1 ? surname : surname.where(sql<boolean>`lower(name) like ${pattern} escape '\\'`)).execute(),
    beginning(sql<string>`lower(email)`, plain).execute(),
  ]);
  const distinct = new Map(found.flat().map((row) => [row.id, row]));
  return [...distinct.values()].sort(byUsername).slice(0, limit);
}

const byUsername = (one: AccountRow, other: AccountRow): number => (one.username_key < other.username_key ? -1 : 1);
