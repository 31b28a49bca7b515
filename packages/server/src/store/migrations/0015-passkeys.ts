import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Signature counters of passkeys, the time until which a user is offered no other method, and ids that are accepted once.
 * The new columns have defaults, so the previous version can still write its rows.
 */
export const passkeys: Migration = { version: 15, name: '0015-passkeys', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `alter table factors add column sign_count bigint not null default 0`,
    `alter table accounts add column offers_deferred_until bigint not null default 0`,
    `create table used_ids (kind ${text} not null, id ${text} not null, expires_at bigint not null, primary key (kind, id))`,
    'create index used_ids_expires on used_ids (expires_at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
