import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../crypto/tokens.ts';
import type { Schema } from './schema.ts';

/**
 * The database did not do what was requested: it is unreachable, full, locked or too slow. The transaction was rolled
 * back. HTTP responds with `503 busy` (R49). `cause` has the error of the driver, which belongs in logs and never in a
 * response.
 */
export class StoreUnavailableError extends Error {
  readonly code = 'store-unavailable';
  /** Whether another process held the lock, so that a second attempt may succeed. */
  readonly busy: boolean;
  constructor(message: string, cause?: unknown, busy = false) {
    super(message, { cause });
    this.name = 'StoreUnavailableError';
    this.busy = busy;
  }
}

/**
 * A row violated a unique key or another constraint, for example a username that is taken. The transaction was rolled
 * back.
 */
export class ConstraintError extends Error {
  readonly code = 'constraint';
  constructor(cause: unknown) {
    super('A row violates a constraint of the tables, most likely a unique key.', { cause });
    this.name = 'ConstraintError';
  }
}

/**
 * The database was migrated by a newer version of this program, which may enforce rules that this version does not
 * know.
 */
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

/**
 * Thrown by the work of `Database.write` to roll its transaction back intentionally. It reaches the caller unchanged.
 */
export class Rollback extends Error {
  constructor(message = 'The transaction was rolled back intentionally.') {
    super(message);
    this.name = 'Rollback';
  }
}

/** The database has a table with one of our names that another program created. Nothing was changed. */
export class ForeignTableError extends Error {
  readonly code = 'foreign-table';
  constructor(table: string, { dialect, schema }: Pick<Database, 'dialect' | 'schema'>) {
    super(
      dialect === 'sqlite'
        ? `database (TWEESTAP_DATABASE): the file has a table "${table}" of another program; ` +
            'expected a file that only Tweestap uses.'
        : `schema (TWEESTAP_SCHEMA): the schema ${schema === undefined ? 'of the connection' : `"${schema}"`} ` +
            `has a table "${table}" of another program; expected a schema that only Tweestap uses, such as "tweestap".`,
    );
    this.name = 'ForeignTableError';
  }
}

/** The schema does not exist, and the user of the database may not create it. Nothing was changed. */
export class MissingSchemaError extends Error {
  readonly code = 'missing-schema';
  constructor(schema: string, cause: unknown) {
    super(
      `schema (TWEESTAP_SCHEMA): the schema "${schema}" does not exist, and the user of the database may not create it; ` +
        `run "create schema ${schema} authorization <user>" as an administrator, or set an existing schema.`,
      { cause },
    );
    this.name = 'MissingSchemaError';
  }
}

/** A handle for queries: the database, or one of its transactions. */
export type Db = Kysely<Schema>;
/** A handle for the queries of one transaction. */
export type Tx = Transaction<Schema> & {
  /** Set once a message was added to the outbox: the sender is woken after the commit (`wakeAfter`). */
  leftMessage?: true;
  /** The topics whose waiters are woken after the commit, on all instances (`signals.ts`). */
  signals?: Set<string>;
  /** The same, on this instance only. */
  signalsHere?: Set<string>;
  /** The audit events of this transaction, for the event handlers of the portal. */
  audited?: AuditedEvent[];
  /** The accounts whose sessions were ended, for the same handlers. */
  endedSessions?: EndedSessions[];
};

/** The parts of an audit event that the event handlers of a portal receive. */
export interface AuditedEvent {
  /** When it happened, in ms since the epoch. */
  at: number;
  /** The name of the event, for example `password`, `totp`, `login` or `unlock`. */
  event: string;
  /** The result, for example `ok`, `refused` or `locked`. */
  result: string;
  organisationId?: string | null;
  /** Replaced by a pseudonym; the id itself is not stored in the audit. */
  accountId?: string | null;
  /** The method of the factor. */
  method?: string | null;
  /** The client's address. */
  address?: string | null;
  correlationId?: string | null;
  /** Further fields, stored as JSON. */
  detail?: Readonly<Record<string, unknown>> | null;
}

/** The sessions of an account that were ended at once. */
export interface EndedSessions {
  accountId: string;
  organisationId: string;
  /** The portal's id of the user, if it has the user. */
  externalId?: string | undefined;
  reason: 'proof-changed' | 'help-desk' | 'not-me' | 'disabled' | 'ended' | 'deleted';
  /** One session, which caused it, continues. */
  keepsOne: boolean;
}

/** An open database, SQLite or PostgreSQL. */
export interface Database {
  /** The kind of the database, for the few statements that differ. */
  readonly dialect: 'sqlite' | 'postgres';
  /** The schema of the tables on PostgreSQL. Undefined on SQLite, and where the connection's own search path decides. */
  readonly schema?: string;
  /** For reads only; sees every acknowledged write. A change would bypass the group commit, and fails on SQLite. */
  readonly read: Db;
  /** For `health` only. On PostgreSQL it is a separate connection that waits behind no request (R87). */
  readonly probe: Db;
  /**
   * Runs `work` as one short durable transaction and resolves after the commit. An exception rolls back this
   * transaction only and reaches the caller unchanged. `work` must do nothing slow and no other I/O: on SQLite all
   * writers wait for it, and a nested `write` would wait forever. Every query in it must be awaited.
   * @throws StoreUnavailableError, ConstraintError
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Resolves when the database responds to a query.
   * @throws StoreUnavailableError
   */
  ping(): Promise<void>;
  /** Completes pending transactions, then closes the connections. */
  close(): Promise<void>;
}

/** Options for opening a database. */
export interface OpenOptions {
  clock: Clock;
  logger?: StoreLogger;
  /** The schema of the tables on PostgreSQL. Default: `tweestap`, or where an earlier version has its tables. */
  schema?: string | undefined;
}

/** The part of a pino logger that the store uses. */
export interface StoreLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
