import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/** The columns in which a sender records the state of a message, its claim, and the reason of the last failure. */
export const outbox: Migration = { version: 3, name: '0003-outbox', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `alter table outbox add column state ${text} not null default 'due' check (state in ('due', 'sent', 'dead'))`,
    `alter table outbox add column claim ${text}`,
    `alter table outbox add column last_error ${text}`,
    'drop index outbox_due',
    "create index outbox_due on outbox (send_after) where state = 'due'",
    'create index outbox_organisation on outbox (organisation_id, state, created_at)',
    'create index outbox_created on outbox (created_at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
