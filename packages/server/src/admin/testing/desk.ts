import { createPasswordHasher } from '../../accounts/password-hasher.ts';
import { type Keyring, parseKeyring } from '../../crypto/keyring.ts';
import { systemRandom } from '../../crypto/tokens.ts';
import { factors } from '../../factors/index.ts';
import { parseOrganisation } from '../../organisations/schema.ts';
import { upsertOrganisation } from '../../store/organisations.ts';
import type { Fixture } from '../../store/testing/databases.ts';
import { type Admin, createAdmin } from '../admin.ts';
import type { AdminDeps } from '../request/admin-context.ts';

export const FIRST_KEY = `first:${Buffer.alloc(32, 1).toString('base64')}`;
export const SECOND_KEY = `second:${Buffer.alloc(32, 2).toString('base64')}`;

/** Who and why, for verbs whose actor is not what a test is about. */
export const DESK = {
  actor: { role: 'administrator', name: 'desk-7' },
  reason: 'called, and named her date of birth',
} as const;

export interface Desk {
  admin: Admin;
  deps: AdminDeps;
  keyring: Keyring;
}

/** A help desk over two organisations, `clinic` (usernames) and `school` (e-mail addresses). Hashing is cheap on purpose. */
export async function openDesk({ database, clock }: Fixture, keys = FIRST_KEY): Promise<Desk> {
  const keyring = parseKeyring(keys);
  const hasher = createPasswordHasher({ parameters: { memory: 64, passes: 1, lanes: 1 } });
  const deps = { factors, database, keyring, hasher, clock, random: systemRandom, baseUrl: 'https://portal.example' };
  await database.write(async (tx) => {
    await upsertOrganisation(tx, parseOrganisation({ id: 'clinic', name: 'Clinic' }), clock());
    await upsertOrganisation(tx, parseOrganisation({ id: 'school', name: 'School', username: 'email' }), clock());
  });
  return { admin: createAdmin(deps), deps, keyring };
}
