import type { Admin } from '../../../admin/admin.ts';
import { givePasskey } from '../../../factors/passkey/testing/give-passkey.ts';
import { givePhone } from '../../../push/testing/give-phone.ts';
import { keyring } from '../instances/instance.ts';
import { newSecret, toBase32 } from '../ledger/otp.ts';
import { PHONE } from '../ledger/proofs/sent-codes.ts';
import { newUser, type Organisation, type User } from '../ledger/users.ts';
import { keepPhone } from '../phones.ts';
import type { Place } from '../place.ts';
import { definitionOf, organisationsOf } from './organisations.ts';
import { keep, ORIGIN } from './passkeys.ts';

/** The actor and the reason of the administration verbs. */
export const operator = { actor: { role: 'administrator', name: 'operator' }, reason: 'a walk of the oracle' } as const;

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Six recovery codes that are unique for a number. */
function newRecoveryCodes(number: number): string[] {
  return Array.from({ length: 6 }, (_, index) => {
    const text = (number * 6 + index).toString(32).toUpperCase().padStart(8, '0');
    const symbols = `WALK${Array.from(text, (symbol) => ALPHABET.charAt(Number.parseInt(symbol, 32))).join('')}`;
    return `${symbols.slice(0, 4)}-${symbols.slice(4, 8)}-${symbols.slice(8)}`;
  });
}

let made = 0;

/**
 * Adds a user with a password, an authenticator and recovery codes, with a password only, or without credentials. `since`: the
 * present time in ms since the epoch.
 */
export async function addUser(
  admin: Admin,
  organisation: Organisation,
  given: { username: string; has: 'all' | 'phone' | 'password' | 'nothing'; since: number; external?: string },
): Promise<User> {
  made += 1;
  const { username, has, since } = given;
  const email = organisation.email ? username : `${username}@users.example`;
  const external = given.external;
  const password = has === 'nothing' || external !== undefined ? undefined : `the first sentence of number ${made}`;
  const secret = newSecret();
  const codes = has === 'all' || has === 'phone' ? newRecoveryCodes(made) : [];
  const number = `+316${30_000_000 + made}`;
  const { id, factorId } = await admin.addUser({
    ...operator,
    organisation: organisation.id,
    username,
    email,
    ...(password === undefined ? {} : { password }),
    ...(external === undefined ? {} : { externalId: external }),
    ...(has === 'all' ? { totpSecret: toBase32(secret), recoveryCodes: codes } : {}),
    ...(has === 'phone' ? { phoneNumber: number, recoveryCodes: codes } : {}),
  });
  const apps = has === 'all' ? [{ name: 'given', id: factorId, secret, last: -1 }] : [];
  const phones = has === 'phone' ? [{ name: PHONE, number, secret: Buffer.alloc(0), last: -1 }] : [];
  const authenticators = [...apps, ...phones];
  return {
    ...newUser({ id, organisation, username, email, password, since }),
    external,
    authenticators,
    codes: new Set(codes),
  };
}

/** Gives the users of organisations with passkeys one that verifies its user. */
async function addPasskeys({ database, clock }: Place, users: readonly User[]): Promise<void> {
  for (const user of users.filter(({ organisation }) => organisation.passkeys)) {
    const owner = { id: user.id, organisation: user.organisation.id, username: user.username };
    const key = keep(await givePasskey({ database, keyring, clock }, owner, { origin: ORIGIN }));
    user.passkeys.push({ name: 'Passkey', credentialId: key.credentialId });
  }
}

/** Gives users with an app, in organisations with phones, a phone that approves logins. */
async function addPhones({ database, clock }: Place, users: readonly User[]): Promise<void> {
  const own = users.filter(({ organisation, authenticators }) => organisation.phones && authenticators.length > 0);
  for (const user of own) {
    const owner = { id: user.id, organisation: user.organisation.id };
    const { phone, id } = await givePhone({ database, keyring, clock }, owner);
    keepPhone(id, phone);
    user.phones.push({ name: 'Phone', id, jwk: { ...phone.publicKey } });
  }
}

/** Confirms the addresses of users whose logins ask for a code by email, as a mailed link does. */
async function confirmAddresses({ database, clock }: Place, users: readonly User[]): Promise<void> {
  for (const user of users.filter(({ organisation }) => organisation.emailCodes)) {
    const confirmed = { email_confirmed_at: clock() };
    await database.write((tx) => tx.updateTable('accounts').set(confirmed).where('id', '=', user.id).execute());
    user.confirmed = true;
  }
}

/** The users of each organisation: their names, and what they have. */
const people = {
  clinic: [
    ['ada', 'all'],
    ['bob', 'password'],
    ['cyd', 'nothing'],
  ],
  school: [
    ['ada', 'all'],
    ['bob', 'password'],
  ],
  post: [['eve', 'all']],
  tower: [['pat', 'all']],
  bridge: [
    ['sue', 'all'],
    ['vic', 'password'],
  ],
  harbour: [
    ['ned', 'phone'],
    ['uma', 'password'],
    ['ida', 'all'],
  ],
  mill: [
    ['sam', 'phone'],
    ['tom', 'password'],
  ],
  office: [
    ['gus', 'password'],
    ['flo', 'all'],
  ],
  court: [
    ['ana', 'all'],
    ['ben', 'nothing'],
  ],
  quay: [
    ['ana', 'all'],
    ['ben', 'nothing'],
  ],
} as const;

/** Creates organisations with different policies, and users of each kind. */
export async function settle(place: Place, number: number): Promise<User[]> {
  const { admin } = place.instances[0];
  const now = place.clock();
  const organisations = organisationsOf(number, now);
  const users: User[] = [];
  for (const [name, list] of Object.entries(people)) {
    const organisation = organisations[name as keyof typeof people];
    await admin.addOrganisation({ ...operator, organisation: definitionOf(organisation) });
    for (const [user, has] of list) {
      const username = organisation.email ? `${user}${number}@post.example` : user;
      const external = organisation.systems.length > 0 ? { external: `id-${user}` } : {};
      users.push(await addUser(admin, organisation, { username, has, since: now, ...external }));
    }
  }
  await addPasskeys(place, users);
  await addPhones(place, users);
  await confirmAddresses(place, users);
  return users;
}
