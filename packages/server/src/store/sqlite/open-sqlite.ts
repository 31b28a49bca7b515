import { closeSync, openSync } from 'node:fs';
import { Kysely, sql } from 'kysely';
import { type Database, StoreUnavailableError } from '../database.ts';
import type { Schema } from '../schema.ts';
import { sqliteDialect, type WriterAtRest } from './dialect.ts';
import { groupCommit } from './group-commit.ts';

/** Only the owner reads it; SQLite gives its -wal and -shm files the same mode. */
const MODE = 0o600;

/**
 * A file's database: one connection that writes, whose units share commits, and one that reads.
 * @throws StoreUnavailableError when the file can't be made
 */
export function openSqlite(file: string): Database {
  prepareFile(file);
  const atRest: WriterAtRest = {};
  const writer = new Kysely<Schema>({ dialect: sqliteDialect(file, 'writer', atRest) });
  const read = new Kysely<Schema>({ dialect: sqliteDialect(file, 'reader', atRest) });
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
 * Makes the database's file if it is not there.
 * @throws StoreUnavailableError with a line that says what to mend
 */
function prepareFile(file: string): void {
  if (file === '' || file.startsWith(':') || file.startsWith('file:')) {
    throw new StoreUnavailableError(`The database "${file}" is no file's path: give a path such as ./tweestap.db.`);
  }
  try {
    closeSync(openSync(file, 'a', MODE));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const reason = reasons[code] ?? `it can't be opened (${code})`;
    throw new StoreUnavailableError(`The database file ${file} is of no use: ${reason}.`, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist; make the folder first',
  EACCES: 'this user may not write there; give it the right to, or choose another path',
  EROFS: 'it stands on a read-only disk; choose another path',
  EISDIR: 'it is a folder; give the path of a file',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
};
