import { revokeAccess } from '../access/revoke.ts';
import { setUpDue } from '../organisations/set-up.ts';
import { activeFactors, endFactor } from '../store/factors.ts';
import { getOrganisation } from '../store/organisations.ts';
import { deleteRecoveryCodes } from '../store/recovery-codes.ts';
import type { SessionRow } from '../store/schema.ts';
import { changeAccount, noteChange } from './account-change.ts';
import type { HttpDeps } from './deps.ts';
import { HttpProblem } from './problem.ts';
import type { Exchange } from './route-table.ts';

/**
 * Takes an authenticator away, and with it everything that rested on the factors as they were: remembered devices (R39),
 * other sessions (R71) and open flows. The last one stays where the organisation asks for a second factor; where it
 * goes, the recovery codes go too.
 * @throws HttpProblem `not-found` · `not-allowed`
 */
export async function removeFactor(deps: HttpDeps, exchange: Exchange, session: SessionRow): Promise<void> {
  const { clock } = deps;
  const { account_id: accountId, organisation_id: organisationId, id_hash: current } = session;
  await changeAccount(deps, session, async (tx) => {
    const organisation = await getOrganisation(tx, organisationId);
    // The same rule as for turning it off: it must not be asked for anew at the next login.
    const mandatory = !organisation || setUpDue(organisation.policy, clock()) === 'mandatory';
    const factors = await activeFactors(tx, accountId);
    if (!factors.some(({ id }) => id === exchange.id)) throw new HttpProblem('not-found');
    const isLast = factors.length === 1;
    if (isLast && mandatory) throw new HttpProblem('not-allowed');
    const now = clock();
    await revokeAccess(tx, accountId, { now, reason: 'proof-changed', exceptSession: current });
    if (!(await endFactor(tx, accountId, exchange.id, 'replaced', now))) throw new HttpProblem('not-found');
    if (isLast) await deleteRecoveryCodes(tx, accountId);
    await noteChange(deps, tx, exchange, session, 'factor-removed');
  });
}
