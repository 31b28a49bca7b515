import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Ends a code for a new password permanently once it is found expired, so that a clock that is set back does not revive
 * it (R86).
 */
export const passwordCodeEnds: Migration = { version: 12, name: '0012-password-code-ends', up };

async function up(db: Db): Promise<void> {
  const statements = [
    'alter table password_codes add column expired_at bigint',
    'create index password_codes_open on password_codes (expires_at) where spent_at is null and expired_at is null',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
