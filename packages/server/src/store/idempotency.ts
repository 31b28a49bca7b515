import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { StoreUnavailableError } from './errors.ts';
import { prepared } from './prepared.ts';

export interface Claim {
  /** Of the flow and the header's value. */
  key: string;
  requestHash: string;
  expiresAt: number;
  now: number;
}

/** What stands under the key: `answer` is null while the first request still runs. */
export interface Claimed {
  requestHash: string;
  answer: string | null;
}

/** Of any number of parallel claims of a key exactly one is told `claimed`; the others see what it left. */
export async function claim(tx: Tx, { key, requestHash, expiresAt, now }: Claim): Promise<'claimed' | Claimed> {
  // Between losing and looking, the winner may give up and release the key: then ask once more.
  for (let round = 0; round < 3; round++) {
    const won = await take(tx, { key, requestHash, expiresAt, now });
    if (won.rows.length > 0) return 'claimed';
    const held = await tx
      .selectFrom('idempotency')
      .select(['request_hash', 'answer'])
      .where('key', '=', key)
      .executeTakeFirst();
    if (held) return { requestHash: held.request_hash, answer: held.answer };
  }
  throw new StoreUnavailableError('An idempotency key changed hands too often.');
}

const take = prepared((db, { key, requestHash, expiresAt, now }: Claim) => {
  const statement = sql<{ key: string }>`
    insert into idempotency (key, request_hash, answer, expires_at)
    values (${key}, ${requestHash}, null, ${expiresAt})
    on conflict (key) do update
      set request_hash = excluded.request_hash, answer = null, expires_at = excluded.expires_at
      where idempotency.expires_at <= ${now}
    returning key`;
  return { compile: () => statement.compile(db) };
});

/** Keeps the answer (sealed, R59) for the repetitions. */
export async function settle(tx: Tx, key: string, answer: string): Promise<void> {
  await keep(tx, { key, answer });
}

const keep = prepared((db, { key, answer }: { key: string; answer: string }) =>
  db.updateTable('idempotency').set({ answer }).where('key', '=', key),
);

/** The request failed by itself: a repetition may do it. */
export async function release(tx: Tx, key: string): Promise<void> {
  await tx.deleteFrom('idempotency').where('key', '=', key).where('answer', 'is', null).execute();
}
