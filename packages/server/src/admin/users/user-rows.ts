import { FOREIGN_SCHEME, type StoredPassword } from '../../accounts/password-hash.ts';
import { newRowId } from '../../crypto/tokens.ts';
import { passkey } from '../../factors/passkey/factor.ts';
import { push } from '../../factors/push/factor.ts';
import { hashRecoveryCodes } from '../../factors/recovery-codes/recovery-codes.ts';
import { sms } from '../../factors/sms/factor.ts';
import { sealTotp } from '../../factors/totp/factor.ts';
import { sealData } from '../../flow/rules/factor.ts';
import { insertAccounts } from '../../store/accounts/accounts.ts';
import type { Tx } from '../../store/database.ts';
import { companionOf, insertFactors } from '../../store/factors/factors.ts';
import { type NewRecoveryCodeSet, replaceRecoveryCodes } from '../../store/recovery-codes.ts';
import type { NewAccountRow, NewFactorRow } from '../../store/schema.ts';
import type { AdminDeps } from '../request/admin-context.ts';
import { thumbprintOf } from './phone-input.ts';
import type { CheckedUser } from './user.ts';

/** All rows of a new user, ready to be inserted. */
export interface UserRows {
  /** The row of the account. */
  account: NewAccountRow;
  /** The row of the authenticator, if there is one. */
  factor?: NewFactorRow;
  /** The row of the phone number, if there is one. */
  number?: NewFactorRow;
  /** The rows of the passkeys. */
  passkeys: NewFactorRow[];
  /** The rows of the phones, each with that of its codes. */
  phones: NewFactorRow[];
  /** The recovery codes, if there are any. */
  recoveryCodes?: NewRecoveryCodeSet;
}

/**
 * Hashes and encrypts the credentials of a user. This is slow, so it runs outside any transaction. @throws
 * HasherBusyError
 */
export async function rowsOf(
  { keyring, hasher, clock, random }: AdminDeps,
  organisationId: string,
  user: CheckedUser,
): Promise<UserRows> {
  const now = clock();
  const password = user.password && (await storedOf(user.password, hasher));
  const account: NewAccountRow = {
    id: newRowId(random, now),
    organisation_id: organisationId,
    username: user.username,
    username_key: user.usernameKey,
    external_id: user.externalId,
    name: user.name,
    email: user.email,
    password_hash: password?.hash ?? null,
    password_scheme: password?.scheme ?? null,
    password_changed_at: user.password ? now : null,
    state: 'active',
    remember_for: null,
    created_at: now,
  };
  const made = { keyring, random, now };
  const passkeys = passkeyRows(user, account, made);
  const rows: UserRows = { account, passkeys, phones: await phoneRows(user, account, made) };
  const fresh = {
    external_id: null,
    state: 'active',
    last_step: -1,
    created_at: now,
    last_used_at: null,
    ended_at: null,
  } as const;
  if (user.phoneNumber) {
    const owner = { id: newRowId(random, now), account_id: account.id, organisation_id: organisationId };
    const data = sealData(sms, owner, { number: user.phoneNumber }, keyring);
    rows.number = { ...owner, method: 'sms', name: sms.defaultName ?? 'sms', secret: '', data, ...fresh };
  }
  if (user.totpSecret) {
    const owner = { id: newRowId(random, now), account_id: account.id, organisation_id: organisationId };
    const sealed = sealTotp(user.totpSecret, owner, keyring);
    rows.factor = { ...owner, method: 'totp', name: 'Authenticator', ...sealed, ...fresh };
  }
  if (user.recoveryCodes.length > 0) {
    const set = await hashRecoveryCodes(user.recoveryCodes, { random, accountId: account.id, hasher });
    const codes = set.hashes.map((hash) => ({ id: newRowId(random, now), hash }));
    const owner = { accountId: account.id, organisationId, setId: newRowId(random, now) };
    rows.recoveryCodes = { ...owner, salt: set.salt, codes, now };
  }
  return rows;
}

function passkeyRows(
  { passkeys }: CheckedUser,
  { id: account_id, organisation_id }: NewAccountRow,
  { keyring, random, now }: Pick<AdminDeps, 'keyring' | 'random'> & { now: number },
): NewFactorRow[] {
  return passkeys.map(({ credentialId, name, signCount, data }) => {
    const owner = { id: newRowId(random, now), account_id, organisation_id };
    return {
      ...owner,
      ...{ method: 'passkey', name, secret: '', state: 'active', last_step: -1 },
      ...{ created_at: now, last_used_at: null, ended_at: null },
      ...{ external_id: credentialId, sign_count: signCount },
      data: sealData(passkey, owner, data, keyring),
    };
  });
}

async function phoneRows(
  { phones }: CheckedUser,
  { id: account_id, organisation_id }: NewAccountRow,
  { keyring, random, now }: Pick<AdminDeps, 'keyring' | 'random'> & { now: number },
): Promise<NewFactorRow[]> {
  const fresh = { state: 'active', last_step: -1, created_at: now, last_used_at: null, ended_at: null } as const;
  const rows: NewFactorRow[] = [];
  for (const { publicKey: jwk, name, totpSecret } of phones) {
    const owner = { id: newRowId(random, now), account_id, organisation_id };
    const data = sealData(push, owner, { jwk }, keyring);
    const external_id = await thumbprintOf(jwk);
    rows.push({ ...owner, ...fresh, method: 'push', name, secret: '', external_id, data });
    if (!totpSecret) continue;
    const codes = { ...owner, id: newRowId(random, now) };
    const sealed = sealTotp(totpSecret, codes, keyring);
    rows.push({ ...codes, ...fresh, method: 'totp', name, external_id: companionOf(owner.id), ...sealed });
  }
  return rows;
}

/** An imported hash is always of the foreign scheme, because the normalisation of its password is unknown. */
async function storedOf(
  password: NonNullable<CheckedUser['password']>,
  hasher: Pick<AdminDeps['hasher'], 'hash'>,
): Promise<StoredPassword> {
  return 'hash' in password ? { hash: password.hash, scheme: FOREIGN_SCHEME } : await hasher.hash(password.plain);
}

/** Inserts all rows of new users. @throws ConstraintError if a username is taken */
export async function insertUsers(tx: Tx, users: readonly UserRows[], random: AdminDeps['random']): Promise<void> {
  const accounts = users.map((user) => user.account);
  await insertAccounts(tx, accounts, random);
  await insertFactors(
    tx,
    users.flatMap(({ factor, number, passkeys, phones }) =>
      [factor, number, ...passkeys, ...phones].filter((row) => row !== undefined),
    ),
  );
  for (const { recoveryCodes } of users) if (recoveryCodes) await replaceRecoveryCodes(tx, recoveryCodes);
}
