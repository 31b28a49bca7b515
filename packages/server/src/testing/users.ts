import { createPasswordHasher, type PasswordHasher } from '../accounts/password-hasher.ts';
import { emailKey, usernameKey } from '../accounts/username.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { type Clock, newId, systemRandom } from '../crypto/tokens.ts';
import { newRecoveryCodes } from '../factors/recovery-codes/recovery-codes.ts';
import { stepOf, totpCode } from '../factors/totp/code.ts';
import { sealTotp } from '../factors/totp/factor.ts';
import { newTotpSecret } from '../factors/totp/secret.ts';
import { insertAccount } from '../store/accounts/accounts.ts';
import type { Database } from '../store/database.ts';
import { insertFactor } from '../store/factors/factors.ts';
import { replaceRecoveryCodes } from '../store/recovery-codes.ts';
import type { AccountRow } from '../store/schema.ts';

/** Cheap parameters for password hashing, for tests that do not measure the cost of a guess. */
export const cheapHashing = { parameters: { memory: 64, passes: 1, lanes: 1 }, concurrency: 4, queueLimit: 10_000 };

/** A user of a test, with an account and credentials. */
export interface TestUser {
  /** The id of the account. */
  id: string;
  /** The id of the organisation. */
  organisation: string;
  /** The username of the account. */
  username: string;
  /** The password in plain text. */
  password: string;
  /** The id of the authenticator's row. A user without an authenticator has an id without a row. */
  factorId: string;
  /** The secret of the authenticator. */
  secret: Uint8Array;
  /** The recovery codes; empty if there are none. */
  recoveryCodes: string[];
  /** Returns the code of the authenticator for the time step that is `steps` after the current one. */
  code(steps?: number): string;
}

/** The properties of a user that a test can set. */
export interface GivenUser extends Partial<Pick<AccountRow, 'id' | 'email' | 'state' | 'password_changed_at'>> {
  /** The id of the organisation. Default: `clinic`. */
  organisation?: string;
  /** Default: `ada`. */
  username?: string;
  /** Default: `correct horse battery`. */
  password?: string;
  /**
   * `totp`: no authenticator. `password`: neither password nor authenticator, as before the activation. Default: both.
   */
  without?: 'totp' | 'password' | undefined;
}

/** The dependencies of the functions that add users. */
export interface UserDeps {
  /** The database to which users are added. */
  database: Database;
  /** The keys that encrypt secrets. */
  keyring: Keyring;
  /** Returns the current time in ms since the epoch. */
  clock: Clock;
  /** Default: a hasher with `cheapHashing`. */
  hasher?: PasswordHasher;
}

/** Adds an account with a password and an authenticator. All tests of the server create users with this function. */
export async function addUser(deps: UserDeps, given: GivenUser = {}): Promise<TestUser> {
  const { database, clock, hasher = createPasswordHasher(cheapHashing) } = deps;
  const { organisation = 'clinic', username = 'ada', password = 'correct horse battery', without } = given;
  const { id = newId(systemRandom), email = null, state = 'active', password_changed_at = null } = given;
  const stored = without === 'password' ? undefined : await hasher.hash(password);
  await database.write((tx) =>
    insertAccount(tx, {
      ...{ id, organisation_id: organisation, username, email, state, password_changed_at },
      username_key: username.includes('@') ? emailKey(username) : usernameKey(username),
      name: null,
      password_hash: stored?.hash ?? null,
      password_scheme: stored?.scheme ?? null,
      remember_for: null,
      created_at: clock(),
    }),
  );
  const secret = newTotpSecret(systemRandom);
  const code = (steps = 0): string => totpCode(secret, stepOf(clock()) + steps);
  const user = { id, organisation, username, password, factorId: newId(systemRandom), secret, recoveryCodes: [], code };
  if (without === undefined) await addAuthenticator(deps, user);
  return user;
}

/** Adds a user with a recent password, an authenticator and recovery codes, or with the password alone. */
export async function addUserWithCodes(
  deps: UserDeps,
  organisation: string,
  username: string,
  { factor = true }: { factor?: boolean } = {},
): Promise<TestUser> {
  const password = `correct horse ${username}`;
  const without = factor ? undefined : 'totp';
  const user = await addUser(deps, { organisation, username, password, password_changed_at: deps.clock(), without });
  if (factor) await addRecoveryCodes(deps, user);
  return user;
}

/** Adds an authenticator with the user's secret. Returns the id of its row. */
export async function addAuthenticator(
  { database, keyring, clock }: UserDeps,
  user: Pick<TestUser, 'id' | 'organisation' | 'secret'> & { factorId?: string },
): Promise<string> {
  const id = user.factorId ?? newId(systemRandom);
  const owner = { id, account_id: user.id, organisation_id: user.organisation };
  await database.write((tx) =>
    insertFactor(tx, {
      ...owner,
      ...{ method: 'totp', name: 'Phone', state: 'active', last_step: -1 },
      ...{ created_at: clock(), last_used_at: null, ended_at: null },
      ...sealTotp(user.secret, owner, keyring),
    }),
  );
  return id;
}

/** Gives a user new recovery codes, which replace the previous ones. Returns the codes. */
export async function addRecoveryCodes(
  { database, clock, hasher = createPasswordHasher(cheapHashing) }: UserDeps,
  user: Pick<TestUser, 'id' | 'organisation' | 'recoveryCodes'>,
): Promise<string[]> {
  const made = await newRecoveryCodes({ random: systemRandom, accountId: user.id, hasher });
  const codes = made.hashes.map((hash) => ({ id: newId(systemRandom), hash }));
  const owner = { accountId: user.id, organisationId: user.organisation, now: clock() };
  await database.write((tx) =>
    replaceRecoveryCodes(tx, { ...owner, setId: newId(systemRandom), salt: made.salt, codes }),
  );
  user.recoveryCodes = [...made.codes];
  return user.recoveryCodes;
}
