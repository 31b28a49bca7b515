import { postgresForTests, testsOn } from '../store/testing/databases.ts';
import { walkAll } from './testing/walks.ts';

testsOn(postgresForTests)(
  'R1 R92 no sequence or interleaving of calls gives a session without the required proofs',
  walkAll,
);
