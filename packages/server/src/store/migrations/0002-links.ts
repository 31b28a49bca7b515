import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/** Mailed links, which activate an account, reset a password, lift a lock or continue a registration. */
export const links: Migration = { version: 2, name: '0002-links', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statements = [
    `create table links (id ${text} primary key, token_hash ${text} not null,
      purpose ${text} not null check (purpose in ('activate', 'reset', 'unlock', 'register')),
      account_id ${text}, organisation_id ${text} not null, email ${text}, created_at bigint not null,
      expires_at bigint not null, used_at bigint, voided_at bigint)`,
    'create unique index links_token on links (token_hash)',
    'create index links_account on links (account_id) where account_id is not null',
    'create index links_email on links (organisation_id, email) where account_id is null',
    'create index links_expiry on links (expires_at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
