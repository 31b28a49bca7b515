import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../crypto/tokens.ts';
import type { Schema } from './schema.ts';

export { ConstraintError, Rollback, SchemaTooNewError, StoreUnavailableError } from './errors.ts';

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
