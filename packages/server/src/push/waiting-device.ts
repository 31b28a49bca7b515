import { PhoneKey } from '@tweestap/protocol';
import { z } from 'zod';
import type { Keyring } from '../crypto/keyring.ts';
import type { PushDeviceRow } from '../store/push-tables.ts';

const Secrets = z.strictObject({
  jwk: PhoneKey,
  /** The TOTP secret that comes with the phone, base64. */
  totp: z.base64(),
  /** The code that confirms the phone; absent if a code of another factor does. */
  code: z.string().optional(),
});
/** What is known of a phone before it is linked. */
export type DeviceSecrets = z.infer<typeof Secrets>;

type Place = Pick<PushDeviceRow, 'id' | 'account_id' | 'organisation_id'>;

const binding = ({ id, account_id, organisation_id }: Place): string[] => [
  'push-device',
  organisation_id,
  account_id,
  id,
];

/** Seals the secrets of a phone for its row (R59). */
export function sealDevice(keyring: Keyring, place: Place, secrets: DeviceSecrets): string {
  return keyring.seal(JSON.stringify(secrets), binding(place));
}

/** Opens the secrets of a phone. @throws SealError */
export function openDevice(keyring: Keyring, row: PushDeviceRow): DeviceSecrets {
  return Secrets.parse(JSON.parse(Buffer.from(keyring.open(row.sealed, binding(row))).toString('utf8')));
}
