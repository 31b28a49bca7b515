import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The same durability for all: what was acknowledged survives a power cut. */
export function openDurable(folder: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'bench.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
  return database;
}

/** Runs `work` in one transaction: thousands of rows at the price of one commit. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  work();
  database.exec('COMMIT');
}
