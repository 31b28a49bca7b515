import type { Db } from '../database.ts';

/** A numbered change of the tables, with the same result on both databases. */
export interface Migration {
  /** The schema version after this migration, counted from 1. */
  readonly version: number;
  /** The name of the file, without its extension. */
  readonly name: string;
  /** Changes the tables, within the transaction of all missing migrations. */
  up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void>;
}
