import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Indexes for the search of the help desk: the whole name, its last word (the surname), and the email address. They are
 * indexes of expressions, so that they include rows that the previous version writes during an upgrade.
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
