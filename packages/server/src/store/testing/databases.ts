import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Database } from '../database.ts';
import { openDatabase } from '../open/open-database.ts';
import { DEFAULT_SCHEMA } from '../postgres/choose-schema.ts';
import { takePlace } from './postgres-places.ts';

/** A clock that only the test moves. It starts at 2026-01-01T00:00:00Z. */
export interface TestClock {
  (): number;
  /** Moves the clock forward. */
  advance(ms: number): void;
}

function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = start;
  const clock = (): number => now;
  return Object.assign(clock, {
    advance(ms: number) {
      now += ms;
    },
  });
}

/** A database for one test: empty, migrated, and deleted by `close`. */
export interface Fixture {
  /** The open database. */
  database: Database;
  /** The clock of the test. */
  clock: TestClock;
  /** The address for `openDatabase`, `createTweestap` or a child process. */
  address: string;
  /** The schema of the tables on PostgreSQL. Naming it saves the connection that would look for it. */
  schema: string | undefined;
  /** Opens a second instance on the same data, which is closed with the fixture. */
  openAnother(): Promise<Database>;
  /** Closes all instances and deletes the data. */
  close(): Promise<void>;
}

/** A kind of database that tests run on. */
export interface TestDatabase {
  /** The name that titles of tests end with. */
  readonly name: 'sqlite' | 'postgres';
  /** Creates a new database. */
  open(): Promise<Fixture>;
}

/** The address of a new database, and a function that deletes the database. */
interface Place {
  address: string;
  schema?: string;
  remove(): Promise<void>;
}

function testDatabase(name: TestDatabase['name'], makePlace: () => Promise<Place>): TestDatabase {
  return {
    name,
    async open() {
      const place = await makePlace();
      const clock = testClock();
      const opened: Database[] = [];
      const openAnother = async (): Promise<Database> => {
        const database = await openDatabase(place.address, { clock, schema: place.schema });
        opened.push(database);
        return database;
      };
      const close = async (): Promise<void> => {
        for (const database of opened) await database.close();
        await place.remove();
      };
      const { address, schema } = place;
      return { database: await openAnother(), clock, address, schema, openAnother, close };
    },
  };
}

/** SQLite, in a file of a temporary folder. */
export const sqliteForTests: TestDatabase = testDatabase('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-test-'));
  const remove = async (): Promise<void> => rmSync(folder, { recursive: true, force: true });
  const address = join(folder, 'tweestap.db');
  // Copying a migrated file takes a tenth of the time of migrating.
  const template = process.env.TWEESTAP_TEST_TEMPLATE;
  if (template) copyFileSync(template, address);
  return { address, remove };
});

/** PostgreSQL, on the server of `postgres-places.ts`. */
export const postgresForTests: TestDatabase = testDatabase('postgres', async () => {
  const { address, giveBack } = await takePlace();
  return { address, schema: DEFAULT_SCHEMA, remove: giveBack };
});

/** Both kinds, for `for (const kind of testDatabases)`. */
export const testDatabases: readonly TestDatabase[] = [sqliteForTests, postgresForTests];

/** A test on a database. */
export type DatabaseTest = (fixture: Fixture, t: TestContext) => Promise<void>;

/**
 * Returns a function that registers tests on one kind of database, each with a new database. The kind is added to the
 * title: `R14 … (sqlite)`.
 */
export function testsOn(kind: TestDatabase): (name: string, run: DatabaseTest) => void {
  return (name, run) => {
    test(`${name} (${kind.name})`, async (t) => {
      const fixture = await kind.open();
      try {
        await run(fixture, t);
      } finally {
        await fixture.close();
      }
    });
  };
}

/** Registers a test on both kinds of database: a test of the store, or of work that happens at the same time. */
export function withEachDatabase(name: string, run: DatabaseTest): void {
  for (const kind of testDatabases) testsOn(kind)(name, run);
}

/** Registers a test on the kinds of `databasesFor`. */
export function withDatabases(name: string, run: DatabaseTest): void {
  for (const kind of databasesFor(name)) testsOn(kind)(name, run);
}

/**
 * The kinds for a test of rules above the store, whose queries have tests on both. With TWEESTAP_TEST_DATABASES=one, as in
 * `pnpm test`, it is one kind, which the title decides: PostgreSQL for a fifth of these tests, because a test takes three times as
 * long there. Otherwise it is both.
 */
export function databasesFor(name: string): readonly TestDatabase[] {
  if (process.env.TWEESTAP_TEST_DATABASES !== 'one') return testDatabases;
  const [byte = 0] = createHash('sha256').update(name).digest();
  return [byte % 5 === 0 ? postgresForTests : sqliteForTests];
}
