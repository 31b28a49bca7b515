import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/** Lists the audit entries of one account, newest first, without reading those of others. */
export const accountEvents: Migration = { version: 4, name: '0004-account-events', up };

async function up(db: Db): Promise<void> {
  await sql.raw('create index audit_person on audit (pseudonym, seq) where pseudonym is not null').execute(db);
}
