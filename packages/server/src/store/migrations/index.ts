import type { Db } from '../database.ts';
import { initial } from './0001-initial.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void>;
}

/** All migrations, oldest first. One that was released is never edited: a change is a new one. */
export const migrations: readonly Migration[] = [initial];
