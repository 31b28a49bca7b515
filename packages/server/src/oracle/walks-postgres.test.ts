import { postgresForTests, testsOn } from '../store/testing/databases.ts';
import { walkAll } from './testing/walks.ts';

/*
 * By default 1,500 requests instead of the 5,000 on SQLite, with a smaller list of what they must reach (`testing/walks.ts` says
 * why). `pnpm test:drills` and TWEESTAP_ORACLE_STEPS send more.
 */
testsOn(postgresForTests)(
  'R1 R92 no sequence or interleaving of calls gives a session without the required proofs',
  walkAll,
);
