import { sql } from 'kysely';
import { StoreUnavailableError, type Tx } from '../database.ts';
import { firstRow, prepared, preparedWrite } from '../prepared.ts';

/** A request with an idempotency key, before it is processed. */
export interface Claim {
  /** Hash of the header and the scope of the request (`http/idempotency.ts`). */
  key: string;
  /** Hash of the body: another body under the same key is refused. */
  requestHash: string;
  /** When the stored response expires, ms since the epoch. */
  expiresAt: number;
  /** ms since the epoch. */
  now: number;
  /** The address of the client. */
  address: string;
}

/** The largest number of responses that are stored for one address. */
const MAX_STORED = 1_000;

/** The entry that is stored under a key. */
export interface Claimed {
  /** Hash of the body of the first request. */
  requestHash: string;
  /** The sealed response. Null while the first request is still in progress. */
  answer: string | null;
}

/** The stored entry of a key that has not expired, without claiming the key. */
export const findClaim = prepared(
  (db, key: string, _now: number) =>
    db.selectFrom('idempotency').select(['request_hash', 'answer', 'expires_at']).where('key', '=', key),
  ({ rows: [row] }, _key, now): Claimed | undefined =>
    row && row.expires_at > now ? { requestHash: row.request_hash, answer: row.answer } : undefined,
);

/**
 * Claims a key. Only one of many parallel claims gets `claimed`; the others get the stored entry. An address that has
 * too many stored responses loses the oldest ones (R93).
 * @throws StoreUnavailableError when the key was claimed and released too often meanwhile
 */
export async function claim(tx: Tx, wanted: Claim): Promise<'claimed' | Claimed> {
  const { key } = wanted;
  // Between the failed claim and the lookup, the other request may release the key, so the claim is repeated.
  for (let round = 0; round < 3; round++) {
    if (await take(tx, wanted)) {
      await trim(tx, wanted.address);
      return 'claimed';
    }
    // The expiry is ignored: an entry that has expired meanwhile was still valid when this request claimed the key.
    const stored = await findClaim(tx, key, Number.NEGATIVE_INFINITY);
    if (stored) return stored;
  }
  throw new StoreUnavailableError('An idempotency key was claimed and released too often by other requests.');
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
        order by expires_at desc, key desc limit 1 offset ${sql.lit(MAX_STORED)})`,
);

/** Stores the response (sealed, R59) for repeated requests. */
export const settle = preparedWrite((db, key: string, answer: string) =>
  db.updateTable('idempotency').set({ answer }).where('key', '=', key),
);

/** Releases a key because the request failed, so that a repeated request is processed. */
export async function release(tx: Tx, key: string): Promise<void> {
  await tx.deleteFrom('idempotency').where('key', '=', key).where('answer', 'is', null).execute();
}
