import { FOREIGN_SCHEME, type StoredPassword } from '../../accounts/password-hash.ts';
import { newRowId } from '../../crypto/tokens.ts';
import { hashRecoveryCodes } from '../../factors/recovery-codes/recovery-codes.ts';
import { sealTotp } from '../../factors/totp/factor.ts';
import { insertAccounts } from '../../store/accounts.ts';
import type { Tx } from '../../store/database.ts';
import { insertFactors } from '../../store/factors.ts';
import { type NewRecoveryCodeSet, replaceRecoveryCodes } from '../../store/recovery-codes.ts';
import type { NewAccountRow, NewFactorRow } from '../../store/schema.ts';
import type { AdminDeps } from '../request/admin-context.ts';
import type { Person } from './user.ts';

/** All rows of a new person, ready to be written. */
export interface UserRows {
  account: NewAccountRow;
  factor?: NewFactorRow;
  recoveryCodes?: NewRecoveryCodeSet;
}

/** Hashes and seals: the slow part, outside any transaction. @throws HasherBusyError */
export async function rowsOf(
  { keyring, hasher, clock, random }: AdminDeps,
  organisationId: string,
  person: Person,
): Promise<UserRows> {
  const now = clock();
  const password = person.password && (await storedOf(person.password, hasher));
  const account: NewAccountRow = {
    id: newRowId(random, now),
    organisation_id: organisationId,
    username: person.username,
    username_key: person.usernameKey,
    name: person.name,
    email: person.email,
    password_hash: password?.hash ?? null,
    password_scheme: password?.scheme ?? null,
    password_changed_at: person.password ? now : null,
    state: 'active',
    remember_for: null,
    created_at: now,
  };
  const rows: UserRows = { account };
  if (person.totpSecret) {
    const owner = { id: newRowId(random, now), account_id: account.id, organisation_id: organisationId };
    const sealed = sealTotp(person.totpSecret, owner, keyring);
    const fresh = {
      external_id: null,
      state: 'active',
      last_step: -1,
      created_at: now,
      last_used_at: null,
      ended_at: null,
    } as const;
    rows.factor = { ...owner, method: 'totp', name: 'Authenticator', ...sealed, ...fresh };
  }
  if (person.recoveryCodes.length > 0) {
    const set = await hashRecoveryCodes(person.recoveryCodes, { random, accountId: account.id, hasher });
    const codes = set.hashes.map((hash) => ({ id: newRowId(random, now), hash }));
    const owner = { accountId: account.id, organisationId, setId: newRowId(random, now) };
    rows.recoveryCodes = { ...owner, salt: set.salt, codes, now };
  }
  return rows;
}

/** A hash that came in is foreign whatever it looks like: which text it was made of is not known. */
async function storedOf(
  password: NonNullable<Person['password']>,
  hasher: Pick<AdminDeps['hasher'], 'hash'>,
): Promise<StoredPassword> {
  return 'hash' in password ? { hash: password.hash, scheme: FOREIGN_SCHEME } : await hasher.hash(password.plain);
}

/** @throws ConstraintError when a username is taken */
export async function insertUsers(tx: Tx, people: readonly UserRows[], random: AdminDeps['random']): Promise<void> {
  const accounts = people.map((person) => person.account);
  await insertAccounts(tx, accounts, random);
  await insertFactors(
    tx,
    people.flatMap((person) => person.factor ?? []),
  );
  for (const { recoveryCodes } of people) if (recoveryCodes) await replaceRecoveryCodes(tx, recoveryCodes);
}
