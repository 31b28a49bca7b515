import type { Method } from '@tweestap/protocol';
import type { Db } from '../database.ts';
import { changedOne, firstRow, prepared, preparedWrite } from '../prepared.ts';

/** The active factor of a method with a name outside this server, in any organisation; undefined when there is none. */
export const factorByExternalId = prepared(
  (db, method: Method, externalId: string) =>
    db
      .selectFrom('factors')
      .selectAll()
      .where('method', '=', method)
      .where('external_id', '=', externalId)
      .where('state', '=', 'active'),
  firstRow,
);

/** Whether a factor of any account and state has this name outside the server. It is unique within the method. */
export async function isExternalIdTaken(db: Db, method: Method, externalId: string): Promise<boolean> {
  const row = await db
    .selectFrom('factors')
    .select('id')
    .where('method', '=', method)
    .where('external_id', '=', externalId)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Accepts a use of a passkey with one conditional update. Returns false for a passkey that is no longer active, and for a
 * signature counter that another submission has reached meanwhile (WebAuthn L3 §7.2 step 22).
 */
export const usePasskey = preparedWrite(
  (db, { factorId, signCount, now }: { factorId: string; signCount: number; now: number }) =>
    db
      .updateTable('factors')
      .set({ sign_count: signCount, last_used_at: now })
      .where('id', '=', factorId)
      .where('state', '=', 'active')
      .where(({ or, and, eb }) =>
        or([eb('sign_count', '<', signCount), and([eb('sign_count', '=', 0), eb('sign_count', '=', signCount)])]),
      ),
  changedOne,
);
