import type { Db, Tx } from './database.ts';
import type { InstallationRow } from './schema.ts';

/** The installation of a client with this key, in one organisation; undefined when no user registered the key (R64). */
export async function findInstallation(
  db: Db,
  { organisationId, client, thumbprint }: { organisationId: string; client: string; thumbprint: string },
): Promise<InstallationRow | undefined> {
  return await db
    .selectFrom('installations')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('client', '=', client)
    .where('thumbprint', '=', thumbprint)
    .executeTakeFirst();
}

/** The installations of an account, newest first. */
export async function installationsOf(db: Db, accountId: string): Promise<InstallationRow[]> {
  return await db
    .selectFrom('installations')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/**
 * Adds an installation.
 * @throws ConstraintError when the key is registered already
 */
export async function insertInstallation(tx: Tx, row: InstallationRow): Promise<void> {
  await tx.insertInto('installations').values(row).execute();
}

/** Records a login of an installation. */
export async function touchInstallation(tx: Tx, id: string, now: number): Promise<void> {
  await tx.updateTable('installations').set({ last_used_at: now }).where('id', '=', id).execute();
}

/** Deletes an installation of an account. Returns its row; undefined when the account has no such installation. */
export async function deleteInstallation(tx: Tx, accountId: string, id: string): Promise<InstallationRow | undefined> {
  return await tx
    .deleteFrom('installations')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Deletes all installations of an account, and returns how many. */
export async function deleteInstallationsOfAccount(tx: Tx, accountId: string): Promise<number> {
  const result = await tx.deleteFrom('installations').where('account_id', '=', accountId).executeTakeFirst();
  return Number(result.numDeletedRows);
}
