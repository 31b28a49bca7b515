import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * New passwords that the help desk starts, by a code or by a printed link. Records for seven days which actor did what
 * to an account.
 */
export const deskPasswords: Migration = { version: 11, name: '0011-desk-passwords', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `create table password_codes (id ${text} primary key, account_id ${text} not null,
      organisation_id ${text} not null, salt ${text} not null, hash ${text} not null, created_at bigint not null,
      expires_at bigint not null, spent_at bigint)`,
    'create unique index password_codes_account on password_codes (account_id)',
    'create index password_codes_expiry on password_codes (expires_at)',
    `create table desk_acts (id ${text} primary key, account_id ${text} not null, verb ${text} not null,
      actor ${text} not null, at bigint not null)`,
    'create index desk_acts_account on desk_acts (account_id, at)',
    'create index desk_acts_age on desk_acts (at)',
    `alter table links add column started_by ${text}`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
