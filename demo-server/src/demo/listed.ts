import type { Listed } from '../views/evaluator.ts';
import { demoAccounts } from './accounts.ts';
import { demoOrganisations } from './organisations.ts';

/** The accounts with the names of their organisations. */
export const listedAccounts: readonly Listed[] = demoAccounts.map((account) => ({
  ...account,
  organisationName: demoOrganisations.find(({ id }) => id === account.organisation)?.name ?? account.organisation,
}));
