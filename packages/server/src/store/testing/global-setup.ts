import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../open/open-database.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { preparePlaces } from './postgres-places.ts';

/*
 * For `node --test --test-global-setup=…/global-setup.ts`: starts one PostgreSQL and migrates one SQLite file for all
 * test files of a run. Without it, every test file that needs a PostgreSQL starts its own, and each test migrates its
 * file.
 */

let started: TestPostgres | undefined;
let folder: string | undefined;

/** Starts the PostgreSQL and migrates the SQLite file. */
export async function globalSetup(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'tweestap-template-'));
  const template = join(folder, 'template.db');
  await (await openDatabase(template, { clock: () => 0 })).close();
  process.env.TWEESTAP_TEST_TEMPLATE = template;
  if (process.env.TEST_DATABASE_URL) return;
  started = await startPostgres();
  await preparePlaces(started.url);
  process.env.TEST_DATABASE_URL = started.url;
  process.env.TWEESTAP_TEST_PLACES = 'shared';
}

/** Stops the PostgreSQL and deletes the SQLite file. */
export async function globalTeardown(): Promise<void> {
  if (folder) rmSync(folder, { recursive: true, force: true });
  await started?.stop();
}
