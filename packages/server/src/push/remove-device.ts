import { revokeAccess } from '../access/revoke.ts';
import { recordAudit } from '../audit/record.ts';
import { notify } from '../notices/notify.ts';
import { setUpDue } from '../organisations/policy.ts';
import { endFactor } from '../store/factors/end-factors.ts';
import { activeFactors, companionOf } from '../store/factors/factors.ts';
import { getOrganisation } from '../store/organisations.ts';
import { deleteRecoveryCodes } from '../store/recovery-codes.ts';
import type { FactorRow } from '../store/schema.ts';
import { entryOf } from './link-device.ts';
import { type PushCaller, type PushDeps, PushError } from './push-context.ts';

/**
 * Unlinks a phone, at its own request. As on the settings page, the last factor stays where the organisation requires one, and
 * everything that rests on the earlier factors ends (R34). @throws PushError `not-allowed` or `not-found`
 */
export async function removeDevice(deps: PushDeps, device: FactorRow, caller: PushCaller): Promise<void> {
  const { database, clock, random } = deps;
  const { account_id: accountId, organisation_id: organisationId } = device;
  await database.write(async (tx) => {
    const now = clock();
    await revokeAccess(tx, accountId, { now, reason: 'proof-changed' });
    const organisation = await getOrganisation(tx, organisationId);
    const isMandatory = !organisation || setUpDue(organisation.policy, now) === 'mandatory';
    const others = (await activeFactors(tx, accountId)).filter(
      ({ id, external_id }) => id !== device.id && external_id !== companionOf(device.id),
    );
    if (others.length === 0 && isMandatory) throw new PushError('not-allowed');
    if (!(await endFactor(tx, accountId, device.id, 'replaced', now))) throw new PushError('not-found');
    if (others.length === 0) await deleteRecoveryCodes(tx, accountId);
    await recordAudit(tx, { ...entryOf(device, caller), event: 'factor-removed', result: 'ok', at: now }, random);
    const data = { method: 'push' };
    await notify(tx, { notice: 'factor-removed', organisationId, accountId, at: now, random, data });
  });
}
