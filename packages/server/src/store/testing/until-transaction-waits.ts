import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** Resolves once another transaction waits for a row on PostgreSQL. On SQLite a transaction waits before it begins. */
export async function untilTransactionWaits({ dialect, read }: Database): Promise<void> {
  if (dialect === 'sqlite') return;
  for (;;) {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(read);
    if (rows.length > 0) return;
  }
}
