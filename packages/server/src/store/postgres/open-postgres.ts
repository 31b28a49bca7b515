import { Kysely, sql } from 'kysely';
import type { Database, StoreLogger } from '../database.ts';
import type { Schema } from '../schema.ts';
import { postgresDialect } from './dialect.ts';

/** A pool of connections, and one more for `health`. The first statement connects. */
export function openPostgres(address: string, logger: StoreLogger | undefined): Database {
  const pool = new Kysely<Schema>({ dialect: postgresDialect(address, logger) });
  const probe = new Kysely<Schema>({ dialect: postgresDialect(address, logger, 1) });
  return {
    dialect: 'postgres',
    read: pool,
    probe,
    // READ COMMITTED: every rule of ours is a conditional statement that looks again after waiting for a row.
    write: (work) => pool.transaction().setIsolationLevel('read committed').execute(work),
    ping: async () => {
      await sql`select 1`.execute(probe);
    },
    async close() {
      await pool.destroy();
      await probe.destroy();
    },
  };
}
