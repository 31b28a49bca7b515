import { createPasswordHasher } from '../../accounts/password-hasher.ts';
import { usernameKey } from '../../accounts/username.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { type Clock, newId, systemRandom } from '../../crypto/tokens.ts';
import { newRecoveryCodes } from '../../factors/recovery-codes/recovery-codes.ts';
import { stepOf, totpCode } from '../../factors/totp/code.ts';
import { sealTotp } from '../../factors/totp/factor.ts';
import { newTotpSecret } from '../../factors/totp/secret.ts';
import { insertAccount } from '../../store/accounts.ts';
import type { Database } from '../../store/database.ts';
import { insertFactor } from '../../store/factors.ts';
import { replaceRecoveryCodes } from '../../store/recovery-codes.ts';

/** Cheap on purpose: what is tested here is not the price of a guess. */
export const cheapHashing = { parameters: { memory: 64, passes: 1, lanes: 1 }, concurrency: 4, queueLimit: 1000 };

/** A person who can log in, with all that she knows and has. */
export interface Person {
  id: string;
  organisation: string;
  username: string;
  password: string;
  secret: Uint8Array;
  factorId: string;
  recoveryCodes: string[];
  /** The code that her phone shows, `steps` of 30 s from now. */
  code(steps?: number): string;
}

export interface PeopleDeps {
  database: Database;
  keyring: Keyring;
  clock: Clock;
}

/** Adds a person with password, authenticator and recovery codes. */
export async function addPerson(
  { database, keyring, clock }: PeopleDeps,
  organisation: string,
  username: string,
  { factor = true }: { factor?: boolean } = {},
): Promise<Person> {
  const hasher = createPasswordHasher(cheapHashing);
  const now = clock();
  const id = newId(systemRandom);
  const factorId = newId(systemRandom);
  const password = `correct horse ${username}`;
  const secret = newTotpSecret(systemRandom);
  const account = { id, organisation_id: organisation, username, username_key: usernameKey(username), name: null };
  const { hash, scheme } = await hasher.hash(password);
  const set = await newRecoveryCodes({ random: systemRandom, accountId: id, hasher });
  await database.write(async (tx) => {
    const stored = { password_hash: hash, password_scheme: scheme, password_changed_at: now };
    const state = { email: null, state: 'active' as const };
    await insertAccount(tx, { ...account, ...stored, ...state, remember_for: null, created_at: now });
    if (!factor) return;
    const owner = { id: factorId, account_id: id, organisation_id: organisation };
    await insertFactor(tx, {
      ...owner,
      ...{ method: 'totp', name: 'Phone', state: 'active', last_step: -1 },
      ...{ created_at: now, last_used_at: null, ended_at: null },
      ...sealTotp(secret, owner, keyring),
    });
    const codes = set.hashes.map((each) => ({ id: newId(systemRandom), hash: each }));
    const where = { accountId: id, organisationId: organisation, setId: newId(systemRandom) };
    await replaceRecoveryCodes(tx, { ...where, salt: set.salt, codes, now });
  });
  const code = (steps = 0): string => totpCode(secret, stepOf(clock()) + steps);
  return { id, organisation, username, password, secret, factorId, recoveryCodes: [...set.codes], code };
}
