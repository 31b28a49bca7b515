import { sql } from 'kysely';
import { StoreUnavailableError, type Tx } from '../database.ts';
import { firstRow, prepared, preparedWrite } from '../prepared.ts';

export interface Claim {
  /** Of the flow and the header's value. */
  key: string;
  requestHash: string;
  expiresAt: number;
  now: number;
  /** The client's address. */
  address: string;
}

/** Answers that are kept for an address at most. */
const SHARE = 1_000;
/** What stands under the key: `answer` is null while the first request still runs. */
export interface Claimed {
  requestHash: string;
  answer: string | null;
}

/** What is kept under a key, without claiming it. */
export const findClaim = prepared(
  (db, key: string, _now: number) =>
    db.selectFrom('idempotency').select(['request_hash', 'answer', 'expires_at']).where('key', '=', key),
  ({ rows: [held] }, _key, now): Claimed | undefined =>
    held && held.expires_at > now ? { requestHash: held.request_hash, answer: held.answer } : undefined,
);

/**
 * Of any number of parallel claims of a key exactly one is told `claimed`; the others see what it left. An address that has
 * more than its share loses its oldest answers (R93).
 */
export async function claim(tx: Tx, wanted: Claim): Promise<'claimed' | Claimed> {
  const { key } = wanted;
  // Between losing and looking, the winner may give up and release the key: then ask once more.
  for (let round = 0; round < 3; round++) {
    if (await take(tx, wanted)) {
      await trim(tx, wanted.address);
      return 'claimed';
    }
    // Whatever its age: one that ran out meanwhile was still there when this request asked.
    const held = await findClaim(tx, key, Number.NEGATIVE_INFINITY);
    if (held) return held;
  }
  throw new StoreUnavailableError('An idempotency key changed hands too often.');
}

const take = preparedWrite(
  (_db, { key, requestHash, expiresAt, now, address }: Claim) => sql<{ key: string }>`
    insert into idempotency (key, request_hash, answer, expires_at, address)
    values (${key}, ${requestHash}, null, ${expiresAt}, ${address})
    on conflict (key) do update
      set request_hash = excluded.request_hash, answer = null, expires_at = excluded.expires_at,
        address = excluded.address
      where idempotency.expires_at <= ${now}
    returning key`,
  firstRow,
);

const trim = preparedWrite(
  (_db, address: string) => sql`
    delete from idempotency where address = ${address} and answer is not null and (expires_at, key) <=
      (select expires_at, key from idempotency where address = ${address} and answer is not null
        order by expires_at desc, key desc limit 1 offset ${sql.lit(SHARE)})`,
);

/** Keeps the answer (sealed, R59) for the repetitions. */
export const settle = preparedWrite((db, key: string, answer: string) =>
  db.updateTable('idempotency').set({ answer }).where('key', '=', key),
);

/** The request failed by itself: a repetition may do it. */
export async function release(tx: Tx, key: string): Promise<void> {
  await tx.deleteFrom('idempotency').where('key', '=', key).where('answer', 'is', null).execute();
}
