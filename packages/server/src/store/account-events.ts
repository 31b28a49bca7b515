import type { Db } from './database.ts';
import type { AuditRow } from './schema.ts';

export type AccountEventRow = Pick<AuditRow, 'id' | 'at' | 'event' | 'result' | 'method' | 'address' | 'detail'>;

/** The last entries of the audit about an account, of these events, newest first. */
export async function eventsOfAccount(
  db: Db,
  { accountId, events, limit }: { accountId: string; events: readonly string[]; limit: number },
): Promise<AccountEventRow[]> {
  return await aboutAccount(db, accountId).where('event', 'in', events).orderBy('seq', 'desc').limit(limit).execute();
}

/** One entry of the audit, if it is about this account (R64). */
export async function eventOfAccount(db: Db, accountId: string, id: string): Promise<AccountEventRow | undefined> {
  return await aboutAccount(db, accountId).where('id', '=', id).executeTakeFirst();
}

const aboutAccount = (db: Db, accountId: string) =>
  db
    .selectFrom('audit')
    .select(['id', 'at', 'event', 'result', 'method', 'address', 'detail'])
    .where('pseudonym', '=', ({ selectFrom }) =>
      selectFrom('pseudonyms').select('pseudonym').where('account_id', '=', accountId),
    );
