import { sqliteForTests } from './testing/databases.ts';
import { storeContract } from './testing/store-contract.ts';

storeContract(sqliteForTests);
