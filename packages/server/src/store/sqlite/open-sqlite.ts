import { closeSync, openSync } from 'node:fs';
import { Kysely, sql } from 'kysely';
import { type Database, StoreUnavailableError } from '../database.ts';
import type { Schema } from '../schema.ts';
import { type IdleWriter, sqliteDialect } from './dialect.ts';
import { groupCommit } from './group-commit.ts';

/** Only the owner of the file can read it. SQLite gives its -wal and -shm files the same mode. */
const MODE = 0o600;

/**
 * Opens the database in a file, with one write connection, whose transactions share commits, and one read connection.
 * @throws StoreUnavailableError when the file can't be created
 */
export function openSqlite(file: string): Database {
  prepareFile(file);
  const idleWriter: IdleWriter = {};
  const writer = new Kysely<Schema>({ dialect: sqliteDialect(file, 'writer', idleWriter) });
  const read = new Kysely<Schema>({ dialect: sqliteDialect(file, 'reader', idleWriter) });
  const group = groupCommit(writer);
  return {
    dialect: 'sqlite',
    read,
    probe: read,
    write: group.write,
    ping: async () => {
      await sql`select 1`.execute(read);
    },
    async close() {
      await group.close();
      await read.destroy();
      await writer.destroy();
    },
  };
}

/**
 * Creates the file of the database if it does not exist.
 * @throws StoreUnavailableError with a message of one line that says how to fix it
 */
function prepareFile(file: string): void {
  if (file === '' || file.startsWith(':') || file.startsWith('file:')) {
    throw new StoreUnavailableError(`"${file}" must be the path of a file, such as ./tweestap.db.`);
  }
  try {
    closeSync(openSync(file, 'a', MODE));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const reason = reasons[code] ?? `it can't be opened (${code})`;
    throw new StoreUnavailableError(`the file ${file} can't be used: ${reason}.`, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist; create the folder first',
  EACCES: 'this user may not write there; grant it write permission or choose another path',
  EROFS: 'it is on a read-only disk; choose another path',
  EISDIR: 'it is a folder; give the path of a file',
  ENOTDIR: 'a part of its path is not a folder',
  ENOSPC: 'the disk is full',
};
