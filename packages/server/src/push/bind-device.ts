import { revokeAccess } from '../access/revoke.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { newRowId, type Random } from '../crypto/tokens.ts';
import { sealForPrevious, totpData } from '../factors/totp/factor.ts';
import { addFactor, type NewFactor } from '../flow/effects/bind-factor.ts';
import type { Tx } from '../store/database.ts';
import { companionOf } from '../store/factors/factors.ts';
import type { PushDeviceRow } from '../store/push-tables.ts';
import type { Owner, PushDeps } from './push-context.ts';
import { openDevice } from './waiting-device.ts';

/**
 * The factor of a confirmed phone. A TOTP factor comes along for codes by hand, and ends with the phone (W3): its name outside
 * the server is that of the phone.
 */
export function factorOf(
  row: PushDeviceRow,
  { keyring, random, now }: { keyring: Keyring; random: Random; now: number },
): NewFactor {
  const { jwk, totp } = openDevice(keyring, row);
  const secret = Buffer.from(totp, 'base64');
  const factorId = newRowId(random, now);
  const owner = { id: factorId, account_id: row.account_id, organisation_id: row.organisation_id };
  return {
    ...{ method: 'push', factorId: row.id, name: row.name },
    data: { jwk },
    columns: { external_id: row.thumbprint },
    companion: {
      ...{ method: 'totp', factorId, name: row.name },
      data: totpData(secret),
      columns: { external_id: companionOf(row.id), secret: sealForPrevious(secret, owner, keyring) },
    },
  };
}

/** Binds a phone that a mailed link linked, in the transaction that confirms it. All earlier access ends (R34). */
export async function bindMailedDevice(tx: Tx, deps: PushDeps, owner: Owner, row: PushDeviceRow): Promise<void> {
  const { keyring, clock, random, registry } = deps;
  const { account, organisation } = owner;
  const now = clock();
  const factor = factorOf(row, { keyring, random, now });
  await addFactor(tx, { keyring, random, registry, now }, { account, policy: organisation.policy, factor });
  // After the factor, because what ends includes phones that are not linked.
  await revokeAccess(tx, account.id, { now, reason: 'proof-changed' });
}
