import type { NewInstallation, PublicKey } from '@tweestap/protocol';
import type { z } from 'zod';
import { thumbprintOf, type Verified, verifySigned } from '../clients/assertion.ts';
import { newRowId } from '../crypto/tokens.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { isSteppedUp, STEP_UP_MAX_AGE } from '../sessions/sessions.ts';
import type { Db, Tx } from '../store/database.ts';
import { deleteInstallation, findInstallation, insertInstallation, installationsOf } from '../store/installations.ts';
import { getOrganisation } from '../store/organisations.ts';
import { useOnce } from '../store/requests/used-ids.ts';
import type { InstallationRow } from '../store/schema.ts';
import { deleteSessionsOfClient } from '../store/sessions.ts';
import { type AccountDeps, AccountError, type Caller, changeAccount, recordAndNotify } from './change-account.ts';
import { checkedName } from './remove-factor.ts';

/** Installations of an account, at most (R93). */
const MAX_INSTALLATIONS = 10;

type Client = OrganisationDefinition['policy']['clients'][number];

/**
 * Registers the key that an installation of a client made (R94). It requires a login of this account with a fresh second
 * factor, so a password alone never registers a key, and a proof that the installation has the private key.
 * @throws AccountError `not-found`, `insufficient-user-authentication`, `bad-name`, `bad-client`, `not-allowed` or
 *   `no-session`
 */
export async function addInstallation(
  deps: AccountDeps & { audience: string },
  caller: Caller,
  clientId: string,
  { publicKey, proof, name }: z.infer<typeof NewInstallation>,
): Promise<InstallationRow> {
  const { clock, database, random } = deps;
  const { account_id: accountId, organisation_id: organisationId } = caller.session;
  const client = await clientOf(database.read, organisationId, clientId);
  if (!isSteppedUp(caller.session, clock(), STEP_UP_MAX_AGE))
    throw new AccountError('insufficient-user-authentication');
  const given = checkedName(name ?? client.name);
  if (given === undefined) throw new AccountError('bad-name');
  const { audience } = deps;
  const expected = { keys: [publicKey], issuer: client.id, subject: accountId, audience, now: clock() };
  const verified = await verifySigned(proof, expected);
  if ('fault' in verified) throw new AccountError('bad-client', `The proof is refused: ${verified.fault}.`);
  const thumbprint = await thumbprintOf(publicKey);
  return await changeAccount(deps, caller, async (tx) => {
    // R92: the policy may have changed since it was read.
    await clientOf(tx, organisationId, clientId);
    const now = clock();
    const row: InstallationRow = {
      id: newRowId(random, now),
      ...{ account_id: accountId, organisation_id: organisationId, client: client.id, name: given, thumbprint },
      public_key: JSON.stringify(identityOf(publicKey)),
      created_at: now,
      last_used_at: null,
    };
    await spendProof(tx, row, verified);
    await makeRoom(tx, row);
    await insertInstallation(tx, row);
    await recordAndNotify(deps, tx, caller, 'installation-added', {
      detail: { client: client.id },
      data: { device: given },
    });
    return row;
  });
}

/**
 * Removes an installation and ends the sessions that its client began.
 * @throws AccountError `no-session` or `not-found`
 */
export async function removeInstallation(deps: AccountDeps, caller: Caller, installationId: string): Promise<void> {
  const { account_id: accountId } = caller.session;
  await changeAccount(deps, caller, async (tx) => {
    const removed = await deleteInstallation(tx, accountId, installationId);
    if (!removed) throw new AccountError('not-found');
    const { client, name } = removed;
    await deleteSessionsOfClient(tx, accountId, client);
    await recordAndNotify(deps, tx, caller, 'installation-removed', { detail: { client }, data: { device: name } });
  });
}

/** The client of the policy that allows installations. @throws AccountError `not-found` */
async function clientOf(db: Db, organisationId: string, id: string): Promise<Client> {
  const organisation = await getOrganisation(db, organisationId);
  const client = organisation?.policy.clients.find((each) => each.id === id && each.installations);
  if (!client) throw new AccountError('not-found');
  return client;
}

/** The members that make the key. The others, such as `kid`, were chosen by the sender and mean nothing here. */
function identityOf({ kty, crv, x, ...rest }: PublicKey): object {
  return { kty, crv, x, ...('y' in rest ? { y: rest.y } : {}) };
}

async function spendProof(
  tx: Tx,
  { organisation_id, client }: InstallationRow,
  { jti, expiresAt }: Exclude<Verified, { fault: string }>,
): Promise<void> {
  const id = [organisation_id, client, jti].join(' ');
  if (await useOnce(tx, { kind: 'assertion', id, expiresAt })) return;
  throw new AccountError('bad-client', 'The proof is refused: its "jti" was used before.');
}

/** Removes the registration that a new one of the same key replaces. @throws AccountError `bad-client` or `not-allowed` */
async function makeRoom(tx: Tx, { organisation_id, account_id, client, thumbprint }: InstallationRow): Promise<void> {
  const same = await findInstallation(tx, { organisationId: organisation_id, client, thumbprint });
  // An installation belongs to one account. Another user of the same phone needs another key.
  if (same && same.account_id !== account_id) {
    throw new AccountError('bad-client', 'The key is registered already. Make a new key for each account.');
  }
  if (same) await deleteInstallation(tx, account_id, same.id);
  else if ((await installationsOf(tx, account_id)).length >= MAX_INSTALLATIONS) throw new AccountError('not-allowed');
}
