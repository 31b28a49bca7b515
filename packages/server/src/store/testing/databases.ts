import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Database } from '../database.ts';
import { openDatabase } from '../open/open-database.ts';
import { takePlace } from './postgres-places.ts';

/** A clock that a test moves. Starts at 2026-01-01T00:00:00Z. */
export interface TestClock {
  (): number;
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

/** A database of one test alone: empty, migrated, gone at `close`. */
export interface Fixture {
  database: Database;
  clock: TestClock;
  /** For `openDatabase`, `createTweestap` or a child process. */
  address: string;
  /** A second instance on the same data; closed with the fixture. */
  openAnother(): Promise<Database>;
  close(): Promise<void>;
}

export interface TestDatabase {
  readonly name: 'sqlite' | 'postgres';
  open(): Promise<Fixture>;
}

/** An address with nothing behind it yet, and what takes it away. */
interface Place {
  address: string;
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
        const database = await openDatabase(place.address, { clock });
        opened.push(database);
        return database;
      };
      const close = async (): Promise<void> => {
        for (const database of opened) await database.close();
        await place.remove();
      };
      return { database: await openAnother(), clock, address: place.address, openAnother, close };
    },
  };
}

export const sqliteForTests: TestDatabase = testDatabase('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-test-'));
  const remove = async (): Promise<void> => rmSync(folder, { recursive: true, force: true });
  const address = join(folder, 'tweestap.db');
  // Copying one that was migrated takes a tenth of the time of migrating.
  const template = process.env.TWEESTAP_TEST_TEMPLATE;
  if (template) copyFileSync(template, address);
  return { address, remove };
});

export const postgresForTests: TestDatabase = testDatabase('postgres', async () => {
  const { address, giveBack } = await takePlace();
  return { address, remove: giveBack };
});

/** Both, for `for (const kind of testDatabases)`. */
export const testDatabases: readonly TestDatabase[] = [sqliteForTests, postgresForTests];

export type DatabaseTest = (fixture: Fixture, t: TestContext) => Promise<void>;

/** Registers tests on one database, each time with a fresh one: `R14: … (sqlite)`. */
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

/** Registers the same test on both databases. */
export function withDatabases(name: string, run: DatabaseTest): void {
  for (const kind of testDatabases) testsOn(kind)(name, run);
}
