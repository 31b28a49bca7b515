import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Supports factors of any method: sealed `data` in the schema of the method, and a name outside this server, unique
 * within the method. Both are nullable, so the previous version can still read and write its rows.
 */
export const factorData: Migration = { version: 13, name: '0013-factor-data', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `alter table factors add column data ${text}`,
    `alter table factors add column external_id ${text}`,
    'create unique index factors_external on factors (method, external_id)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
