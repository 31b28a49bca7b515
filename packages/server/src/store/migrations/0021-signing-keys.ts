import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/** Adds the keys that sign assertions (R68, R74). The generation is unique, so of several instances only one adds a key. */
export const signingKeys: Migration = { version: 21, name: '0021-signing-keys', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const statement = `create table signing_keys (
    id ${text} primary key,
    generation integer not null unique,
    public_key text not null,
    sealed text not null,
    created_at bigint not null,
    signs_from bigint not null
  )`;
  await sql.raw(statement).execute(db);
}
