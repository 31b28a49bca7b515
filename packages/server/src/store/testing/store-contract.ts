import { accountsContract } from './contract/accounts.ts';
import { boundsContract } from './contract/bounds.ts';
import { countersContract } from './contract/counters.ts';
import { deskCodesContract } from './contract/desk-codes.ts';
import { devicesContract } from './contract/devices.ts';
import { factorsContract } from './contract/factors.ts';
import { flowsContract } from './contract/flows.ts';
import { linksContract } from './contract/links.ts';
import { passwordCodesContract } from './contract/password-codes.ts';
import { sweepContract } from './contract/sweep.ts';
import type { TestDatabase } from './databases.ts';

/**
 * Registers the tests of everything that a database under the store must do: the rules that SQL alone enforces, also
 * with parallel requests.
 */
export function storeContract(kind: TestDatabase): void {
  for (const part of parts) part(kind);
}

const parts = [
  factorsContract,
  countersContract,
  flowsContract,
  accountsContract,
  devicesContract,
  deskCodesContract,
  linksContract,
  passwordCodesContract,
  sweepContract,
  boundsContract,
];
