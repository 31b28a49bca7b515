import { z } from 'zod';
import { type Keyring, SealError } from '../../crypto/keyring.ts';
import { type Factor, isActive } from '../../flow/rules/factor.ts';
import { factorBinding, openData, sealData } from '../../flow/rules/factor-data.ts';
import { codeKey } from '../../locks/locks.ts';
import type { FactorRow } from '../../store/schema.ts';

const Data = z.strictObject({
  /** The shared secret, base64. */
  secret: z.base64(),
});

/** Codes of an authenticator app, RFC 6238. */
export const totp: Factor = {
  method: 'totp',
  role: 'factor',
  proveStep: 'totp',
  enrollSteps: ['enroll-totp'],
  amr: ['otp'],
  acr: () => 'aal2',
  // Over all authenticators of the account, so that going from one to another gains no guess (D7).
  lock: { by: 'code', key: codeKey, limit: ({ locks }) => locks.hard },
  usable: isActive('totp'),
  data: Data,
  defaultName: 'Authenticator',
};

type Owner = Pick<FactorRow, 'organisation_id' | 'account_id' | 'id'>;

/** What the row of an authenticator app holds. */
export function totpData(secret: Uint8Array): z.infer<typeof Data> {
  return { secret: Buffer.from(secret).toString('base64') };
}

/** The column `secret`: it repeats `data` for servers of the previous version, which may run beside this one. */
export function sealForPrevious(secret: Uint8Array, owner: Owner, keyring: Keyring): string {
  return keyring.seal(secret, factorBinding({ ...owner, method: 'totp' }));
}

/** The sealed columns of a new row. */
export function sealTotp(secret: Uint8Array, owner: Owner, keyring: Keyring): Pick<FactorRow, 'data' | 'secret'> {
  return {
    data: sealData(totp, owner, totpData(secret), keyring),
    secret: sealForPrevious(secret, owner, keyring),
  };
}

/** The secret of a row of this version or the previous one. @throws SealError */
export function openTotp(row: FactorRow, keyring: Keyring): Uint8Array {
  if (row.method !== 'totp') throw new Error(`a row of the method ${row.method} was opened as totp`);
  if (row.data === null) return keyring.open(row.secret, factorBinding(row));
  try {
    return Buffer.from(openData({ method: 'totp', data: Data }, row, keyring).secret, 'base64');
  } catch (error) {
    // A rotation by the previous version has sealed `secret` with another key, and left `data` as it was.
    if (error instanceof SealError && error.code === 'unknown-key') return keyring.open(row.secret, factorBinding(row));
    throw error;
  }
}
