import { createPasswordHasher } from '../../accounts/password-hasher.ts';
import { type Keyring, parseKeyring } from '../../crypto/keyring.ts';
import { systemRandom } from '../../crypto/tokens.ts';
import { factors } from '../../factors/index.ts';
import { parseOrganisation } from '../../organisations/schema.ts';
import { upsertOrganisation } from '../../store/organisations.ts';
import type { Fixture } from '../../store/testing/databases.ts';
import { type Admin, createAdmin } from '../admin.ts';
import type { AdminDeps } from '../request/admin-context.ts';

/** The encryption key `first` in the form of the setting. */
export const FIRST_KEY = `first:${Buffer.alloc(32, 1).toString('base64')}`;
/** The encryption key `second` in the form of the setting. */
export const SECOND_KEY = `second:${Buffer.alloc(32, 2).toString('base64')}`;

/** An actor and a reason for tests that do not depend on them. */
export const DESK = {
  actor: { role: 'administrator', name: 'desk-7' },
  reason: 'called, and named her date of birth',
} as const;

/** The verbs of a test, with their dependencies. */
export interface Desk {
  /** The verbs. */
  admin: Admin;
  /** The dependencies that the verbs were created with. */
  deps: AdminDeps;
  /** The keyring of `deps`. */
  keyring: Keyring;
}

/**
 * Creates the verbs over two organisations: `clinic` with usernames, and `school` with email addresses. Hashing is
 * cheap to keep tests fast.
 */
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
