import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/** One-time codes that the help desk issues: one per account, the newest (M8). */
export const deskCodes: Migration = { version: 5, name: '0005-desk-codes', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `create table desk_codes (id ${text} primary key, account_id ${text} not null, organisation_id ${text} not null,
      salt ${text} not null, hash ${text} not null, created_at bigint not null, expires_at bigint not null,
      spent_at bigint)`,
    'create unique index desk_codes_account on desk_codes (account_id)',
    'create index desk_codes_expiry on desk_codes (expires_at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
