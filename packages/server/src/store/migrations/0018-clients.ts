import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Supports clients that authenticate themselves (R94): the keys of installations, and the client of a session. Also a
 * mark on an account whose password must be replaced at the next login. The new columns are nullable or have a default,
 * so the previous version can still read and write its rows.
 */
export const clients: Migration = { version: 18, name: '0018-clients', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `create table installations (
      id ${text} primary key,
      account_id ${text} not null,
      organisation_id ${text} not null,
      client ${text} not null,
      name text not null,
      public_key text not null,
      thumbprint ${text} not null,
      created_at bigint not null,
      last_used_at bigint
    )`,
    'create unique index installations_key on installations (organisation_id, client, thumbprint)',
    'create index installations_account on installations (account_id)',
    `alter table sessions add column client ${text}`,
    'alter table accounts add column must_change_password integer not null default 0',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
