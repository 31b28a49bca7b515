import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/** Limits the rows that a stranger can make the server store (R93). */
export const bounds: Migration = { version: 7, name: '0007-bounds', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `alter table flows add column address ${text}`,
    'create index flows_unanswered on flows (address, created_at, id) where address is not null',
    `alter table idempotency add column address ${text}`,
    `create index idempotency_address on idempotency (address, expires_at, key)
      where address is not null and answer is not null`,
    'create index counters_updated on counters (updated_at)',
    `create table refusals (key ${text} primary key, event ${text} not null, result ${text} not null,
      organisation_id ${text}, pseudonym ${text}, method ${text}, address ${text}, started_at bigint not null,
      ends_at bigint not null, repeated integer not null)`,
    'create index refusals_end on refusals (ends_at)',
    `create table stopped_logins (address ${text} not null, account_id ${text} not null, at bigint not null,
      primary key (address, account_id))`,
    'create index stopped_logins_at on stopped_logins (at)',
    'create index stopped_logins_address on stopped_logins (address, at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
