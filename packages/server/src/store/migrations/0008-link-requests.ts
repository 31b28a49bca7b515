import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/** The columns that let a repeated request send the same link again, and the link that a message contains. */
export const linkRequests: Migration = { version: 8, name: '0008-link-requests', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `alter table links add column request_key ${text}`,
    `alter table links add column sealed ${text}`,
    'alter table links add column mailed_at bigint',
    `alter table outbox add column link_id ${text}`,
    // At most one link of a request can be sent again: only one of parallel requests creates it.
    'create unique index links_sealed on links (request_key) where sealed is not null',
    'create index links_request on links (request_key, mailed_at) where request_key is not null',
    'create index links_sealed_mailed on links (mailed_at) where sealed is not null',
    'create index outbox_link on outbox (link_id) where link_id is not null',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
