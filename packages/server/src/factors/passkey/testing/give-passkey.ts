import { randomBytes } from 'node:crypto';
import type { Keyring } from '../../../crypto/keyring.ts';
import { newRowId, systemRandom } from '../../../crypto/tokens.ts';
import { sealData } from '../../../flow/rules/factor.ts';
import type { Database } from '../../../store/database.ts';
import { insertFactor } from '../../../store/factors/factors.ts';
import type { TestUser } from '../../../testing/users.ts';
import { passkey } from '../factor.ts';
import { creationOptions, judgeRegistration, USER_HANDLE_BYTES } from '../registration.ts';
import { Authenticator, type Kind } from './authenticator.ts';

interface Deps {
  database: Database;
  keyring: Keyring;
  clock(): number;
}

/** Registers a passkey for a user, by a real ceremony without a flow. Returns its authenticator. */
export async function givePasskey(
  { database, keyring, clock }: Deps,
  user: Pick<TestUser, 'id' | 'organisation' | 'username'>,
  kind: Kind & { rpId?: string; userHandle?: string } = {},
): Promise<Authenticator> {
  const { origin = 'https://portal.example', rpId = new URL(origin).hostname } = kind;
  const authenticator = new Authenticator({ ...kind, origin });
  const relyingParty = { id: rpId, name: 'Clinic', origins: [origin] };
  const challenge = randomBytes(32).toString('base64url');
  const handle = kind.userHandle ?? randomBytes(USER_HANDLE_BYTES).toString('base64url');
  const person = { handle, username: user.username, name: undefined };
  const options = await creationOptions(relyingParty, person, { challenge, existing: [] });
  const expected = { challenge, relyingParty, userHandle: handle, isConditional: false };
  const created = await judgeRegistration(authenticator.create(options), expected);
  if (!created) throw new Error('The passkey of the test was refused.');
  const id = newRowId(systemRandom, clock());
  const owner = { id, account_id: user.id, organisation_id: user.organisation };
  await database.write((tx) =>
    insertFactor(tx, {
      ...owner,
      ...{ method: 'passkey', name: 'Passkey', secret: '', state: 'active', last_step: -1 },
      ...{ created_at: clock(), last_used_at: null, ended_at: null },
      ...{ external_id: created.credentialId, sign_count: created.signCount },
      data: sealData(passkey, owner, created.data, keyring),
    }),
  );
  return authenticator;
}
