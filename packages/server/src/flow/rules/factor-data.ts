import type { z } from 'zod';
import type { Keyring } from '../../crypto/keyring.ts';
import type { FactorRow } from '../../store/schema.ts';
import type { Factor } from './factor.ts';

/** A method and the schema of what its rows hold. */
export interface Codec<T> extends Pick<Factor, 'method'> {
  readonly data: z.ZodType<T>;
}

type Owner = Pick<FactorRow, 'organisation_id' | 'account_id' | 'id'>;

/**
 * What the sealed texts of a factor are bound to (R60): its method, organisation, account and row. A row that was moved to
 * another account or given another method fails to open.
 */
export function factorBinding(row: Owner & Pick<FactorRow, 'method'>): string[] {
  return [row.method, row.organisation_id, row.account_id, row.id];
}

/** Seals what a factor's row holds, as JSON by the factor's own schema. */
export function sealData(
  { method, data }: Pick<Factor, 'method' | 'data'>,
  owner: Owner,
  value: unknown,
  keyring: Keyring,
): string {
  if (!data) throw new Error(`${method}: the factor holds no data`);
  return keyring.seal(JSON.stringify(data.parse(value)), factorBinding({ ...owner, method }));
}

/** Opens what `sealData` has sealed. @throws SealError · Error when the row is of another method or holds something else */
export function openData<T>(codec: Codec<T>, row: FactorRow, keyring: Keyring): T {
  const { method, data } = codec;
  if (row.method !== method) throw new Error(`${method}: a row of the method ${row.method} was opened`);
  if (row.data === null) throw new Error(`${method}: the row ${row.id} holds no data`);
  return data.parse(JSON.parse(Buffer.from(keyring.open(row.data, factorBinding(row))).toString('utf8')));
}
