import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Ends expired rows in the database, so that a clock that is set back revives nothing (R86). Adds texts that only the
 * right encryption key opens (R95).
 */
export const ends: Migration = { version: 9, name: '0009-ends', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    'alter table desk_codes add column expired_at bigint',
    'create index flows_open on flows (expires_at) where ended_at is null',
    'create index sessions_seen on sessions (last_seen_at)',
    'create index devices_remembered on devices (remembered_until) where remembered_until is not null',
    'create index links_open on links (expires_at) where used_at is null and voided_at is null',
    'create index desk_codes_open on desk_codes (expires_at) where spent_at is null and expired_at is null',
    `create table canaries (key_id ${text} primary key, sealed ${text} not null, created_at bigint not null)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
