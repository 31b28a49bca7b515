import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Opens a database with the same durability for all peers: acknowledged writes survive a power failure. */
export function openDurable(folder: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'bench.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
  return database;
}

/** Runs `work` in one transaction, so that thousands of rows need only one commit. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  work();
  database.exec('COMMIT');
}
