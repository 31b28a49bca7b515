import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/** Finds approvals that no flow used in time, so that they can be ended (R86). The index has only unused approvals. */
export const approvals: Migration = { version: 20, name: '0020-approvals', up };

async function up(db: Db): Promise<void> {
  const index = `create index push_requests_approved on push_requests (answered_at) where state = 'approved'`;
  await sql.raw(index).execute(db);
}
