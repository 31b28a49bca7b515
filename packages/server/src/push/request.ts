import type { Keyring } from '../crypto/keyring.ts';
import type { PushRequestRow } from '../store/push-tables.ts';

type Place = Pick<PushRequestRow, 'id' | 'account_id' | 'flow_id'>;

const binding = ({ id, account_id, flow_id }: Place): string[] => ['push-request', account_id, flow_id, id];

/** Seals the number that the login screen shows (R59). */
export function sealNumber(keyring: Pick<Keyring, 'seal'>, place: Place, number: string): string {
  return keyring.seal(number, binding(place));
}

/** Opens the number of a request. @throws SealError */
export function openNumber(keyring: Pick<Keyring, 'open'>, row: Place & Pick<PushRequestRow, 'sealed'>): string {
  return Buffer.from(keyring.open(row.sealed, binding(row))).toString('utf8');
}
