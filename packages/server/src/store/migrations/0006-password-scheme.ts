import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Stores with a password hash whether the server made it, and with which parameters. Rows of older versions keep null,
 * which counts as foreign. With the partial index, three seeks show whether an organisation has a hash of another
 * scheme than the current one: null, below it, or above it.
 */
export const passwordScheme: Migration = { version: 6, name: '0006-password-scheme', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `alter table accounts add column password_scheme ${text}`,
    `create index accounts_password_scheme on accounts (organisation_id, password_scheme)
      where password_hash is not null`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
