import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Indexes for the help desk's search: the whole name, its last word (the surname), and the address. They are indexes of
 * expressions, so that rows of the previous version, which runs beside this one, are in them as well.
 */
export const accountSearch: Migration = { version: 14, name: '0014-account-search', up };

async function up(db: Db): Promise<void> {
  const lastWord = "replace(name, rtrim(name, replace(name, ' ', '')), '')";
  const statements = [
    'create index accounts_name on accounts (organisation_id, lower(name))',
    `create index accounts_last_word on accounts (organisation_id, lower(${lastWord}))`,
    'create index accounts_email on accounts (organisation_id, lower(email))',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
