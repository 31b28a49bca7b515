import type { Db, Tx } from '../database.ts';

/** Sets the email address of an account, which is not confirmed then; null removes it. */
export async function setEmail(tx: Tx, id: string, email: string | null): Promise<void> {
  await tx.updateTable('accounts').set({ email, email_confirmed_at: null }).where('id', '=', id).execute();
}

/** Records that the user of a mailed link has the address that it was sent to. A printed link proves no address. */
export async function confirmEmail(tx: Tx, linkId: string, now: number): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ email_confirmed_at: now })
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('links')
        .select(({ fn, val }) => fn.coalesce('links.account_id', val('')).as('account_id'))
        .where('links.id', '=', linkId)
        .where('links.mailed_at', 'is not', null),
    )
    .execute();
}

/** The confirmed email address of an account; undefined if it has none. */
export async function confirmedEmail(db: Db, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('accounts')
    .select(['email', 'username'])
    .where('id', '=', id)
    .where('email_confirmed_at', 'is not', null)
    .executeTakeFirst();
  // In an organisation whose usernames are addresses, the username is the address.
  return row && (row.email ?? row.username);
}
