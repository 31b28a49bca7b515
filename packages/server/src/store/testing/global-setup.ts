import { startPostgres, type TestPostgres } from './postgres.ts';
import { preparePlaces } from './postgres-places.ts';

/*
 * For `node --test --test-global-setup=…/global-setup.ts`: one PostgreSQL for all test files of a run. Without it every
 * test file that needs one starts its own.
 */

let started: TestPostgres | undefined;

export async function globalSetup(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  started = await startPostgres();
  await preparePlaces(started.url);
  process.env.TEST_DATABASE_URL = started.url;
  process.env.TWEESTAP_TEST_PLACES = 'shared';
}

export async function globalTeardown(): Promise<void> {
  await started?.stop();
}
