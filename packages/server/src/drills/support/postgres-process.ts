import { startPostgres } from '../../store/testing/postgres.ts';

/*
 * A PostgreSQL server for programs other than tests, started by `fork(this file)`. Sends its address to the parent process,
 * and stops when the parent ends.
 */

const { url, stop } = await startPostgres();
process.once('disconnect', () => void stop());
process.send?.(url);
