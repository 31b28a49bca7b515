import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * `codes_due`: recovery codes are due and were not kept yet. `soft_resets`, `hard_resets`: how often a count was reset,
 * so that an attempt is given back only to the count from which it was taken.
 */
export const locks: Migration = { version: 10, name: '0010-locks', up };

async function up(db: Db): Promise<void> {
  const statements = [
    'alter table accounts add column codes_due bigint not null default 0',
    'alter table counters add column soft_resets bigint not null default 0',
    'alter table counters add column hard_resets bigint not null default 0',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
