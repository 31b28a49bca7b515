import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Supports accounts whose users belong to the portal: their id there, and when their password was last changed there. The
 * columns are nullable, so the previous version can still read and write its rows.
 */
export const externalIds: Migration = { version: 19, name: '0019-external-ids', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `alter table accounts add column external_id ${text}`,
    'alter table accounts add column external_changed_at bigint',
    'create unique index accounts_external on accounts (organisation_id, external_id)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
