import type { Tx } from './database.ts';
import { prepared } from './prepared.ts';

/** Who this account is in the audit. Made on first use; two that make it at once agree on one. */
export async function pseudonymOf(tx: Tx, accountId: string, make: () => string): Promise<string> {
  const known = await find(tx, accountId);
  if (known !== undefined) return known;
  await tx
    .insertInto('pseudonyms')
    .values({ account_id: accountId, pseudonym: make() })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute();
  const made = await find(tx, accountId);
  if (made === undefined) throw new Error('The pseudonym vanished while it was made.');
  return made;
}

/** What an entry about no account asks instead, so that a name without an account costs the same statements (R53). */
export async function noPseudonym(tx: Tx): Promise<null> {
  await find(tx, '');
  return null;
}

async function find(tx: Tx, accountId: string): Promise<string | undefined> {
  return (await pseudonymFor(tx, { accountId })).rows[0]?.pseudonym;
}

const pseudonymFor = prepared((db, { accountId }: { accountId: string }) =>
  db.selectFrom('pseudonyms').select('pseudonym').where('account_id', '=', accountId),
);
