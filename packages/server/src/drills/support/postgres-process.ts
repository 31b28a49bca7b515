import { startPostgres } from '../../store/testing/postgres.ts';

/*
 * A PostgreSQL for programs that are no tests: `fork(this file)`. Tells its parent the address, and ends with it.
 */

const { url, stop } = await startPostgres();
process.once('disconnect', () => void stop());
process.send?.(url);
