import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { StoreUnavailableError } from '../errors.ts';

/** One of the connections to a file. */
export interface Connection extends SqliteDatabase {
  inTransaction: boolean;
}

/** What the reading connection of a file knows of the writing one. */
export interface WriterAtRest {
  /** Undefined while the writer is in a transaction, whose changes nobody else may see. */
  prepare?(sql: string): SqliteStatement | undefined;
}

/** Such a statement can't write. */
const PLAIN_SELECT = /^select /;

/**
 * Reads on the writing connection while that is at rest: it knows its own pages, while each commit makes any other
 * connection read all of its pages anew. What is no plain select stays with the reader, which can't write.
 */
export function besideWriter(reader: Connection, writer: WriterAtRest): SqliteDatabase {
  return {
    close() {
      delete writer.prepare;
      reader.close();
    },
    prepare(sql) {
      const isRead = PLAIN_SELECT.test(sql) && !reader.inTransaction;
      const statement = isRead ? writer.prepare?.(sql) : undefined;
      return statement ? orElse(statement, () => reader.prepare(sql)) : reader.prepare(sql);
    },
  };
}

/** The writer waits for nobody, as that would stop the event loop for long; where another process has the file, the reader does. */
function orElse(statement: SqliteStatement, other: () => SqliteStatement): SqliteStatement {
  return {
    ...statement,
    all(values) {
      try {
        return statement.all(values);
      } catch (error) {
        if (error instanceof StoreUnavailableError && error.busy) return other().all(values);
        throw error;
      }
    },
  };
}
