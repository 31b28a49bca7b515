import type { Db } from '../database.ts';

/** One numbered change of the tables, the same on both databases. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void>;
}
