import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../crypto/tokens.ts';
import type { Schema } from './schema.ts';

/**
 * The database did not do what it was asked: it is away, full, locked or too slow. Nothing of the unit was kept. HTTP
 * answers `503 busy` (R49). `cause` has the driver's error; it is for logs, never for a client.
 */
export class StoreUnavailableError extends Error {
  readonly code = 'store-unavailable';
  /** Somebody else held the lock: the same again may do. */
  readonly busy: boolean;
  constructor(message: string, cause?: unknown, busy = false) {
    super(message, { cause });
    this.name = 'StoreUnavailableError';
    this.busy = busy;
  }
}

/** A row broke a unique key or another rule of the tables, for example a username that is taken. The unit is undone. */
export class ConstraintError extends Error {
  readonly code = 'constraint';
  constructor(cause: unknown) {
    super('A row breaks a rule of the tables, most likely a key that exists already.', { cause });
    this.name = 'ConstraintError';
  }
}

/** The database was migrated by a newer version of this program, which may keep rules that this one does not know. */
export class SchemaTooNewError extends Error {
  readonly code = 'schema-too-new';
  constructor(found: number, known: number) {
    super(
      `The database has schema version ${found}, this program knows ${known} and older: ` +
        'start the newer version, or restore a backup made before the upgrade.',
    );
    this.name = 'SchemaTooNewError';
  }
}

/** Thrown by the work of `Database.write` to undo its unit on purpose; it reaches the caller unchanged. */
export class Rollback extends Error {
  constructor(message = 'The unit was rolled back on purpose.') {
    super(message);
    this.name = 'Rollback';
  }
}

/** The database has a table of one of our names that is not ours. Nothing was changed. */
export class ForeignTableError extends Error {
  readonly code = 'foreign-table';
  constructor(table: string) {
    super(
      `database (TWEESTAP_DATABASE): the database has a table "${table}" of another program; ` +
        'expected a database, or a schema, of its own.',
    );
    this.name = 'ForeignTableError';
  }
}

/** A handle for queries: the database itself or one transaction of it. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema> & {
  /** Set once a message was left in the outbox: a sender is woken when this unit has committed (`wakeAfter`). */
  leftMessage?: true;
};

export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** Sees every acknowledged write. Never for changes: they would miss the group commit (SQLite: they fail). */
  readonly read: Db;
  /** For `health` alone: on PostgreSQL a connection of its own, which waits behind no request (R87). */
  readonly probe: Db;
  /**
   * Runs `work` as one short durable transaction and resolves after its commit. A throw undoes this unit alone and
   * reaches the caller unchanged. Nothing slow and nothing outside belongs in `work`: on SQLite all writers wait for
   * it, and a `write` inside it waits for itself. Await every query of it.
   * @throws StoreUnavailableError, ConstraintError
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Whether it answers now. @throws StoreUnavailableError */
  ping(): Promise<void>;
  /** Finishes what was asked, then lets go. */
  close(): Promise<void>;
}

export interface OpenOptions {
  clock: Clock;
  logger?: StoreLogger;
}

/** The part of a pino logger that the store uses. */
export interface StoreLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
