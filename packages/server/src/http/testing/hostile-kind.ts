import type { Phone } from '../../push/testing/phone.ts';
import type { Database } from '../../store/database.ts';
import type { Schema } from '../../store/schema.ts';
import type { Browser, Reply } from './browser.ts';
import type { HeldFlow, TestServer } from './server.ts';

/** The name of a database table. */
export type Table = keyof Schema;
type Rows = Partial<Record<Table, number>>;

/** The limits on which the bounds depend. */
export interface Limits {
  /** The setting `throttle.failures`. */
  failures: number;
}

/** What a stranger has before the first request: an open flow, and what else the requests need. */
export interface Held extends HeldFlow {
  /** The browser with the cookies of the flow. */
  browser?: Browser;
  /** More flows, because parallel inputs to one flow exclude each other. */
  flows?: readonly Held[];
  phone?: Phone;
  /** The id of the phone. */
  device?: string;
}

/** One kind of hostile request. */
export interface Hostile {
  /** The name of the kind, as in the table of docs/security.md. */
  name: string;
  /** Creates what must exist before the first request. */
  prepare?(server: TestServer, address: string): Promise<Held>;
  /** Sends request number `n`. */
  send(browser: Browser, ask: { n: number; headers: Record<string, string>; held: Held | undefined }): Promise<Reply>;
  /** Returns how many rows `count` requests create at most, by table. A table that is missing gets no rows. */
  bound(count: number, limits: Limits): Rows;
}

/** Rows that one address may have in `flows`, and as many in `idempotency`. */
const SHARE = 1_000;
/**
 * Requests that are sent in parallel. As many may exceed the share, because parallel requests do not see each other's
 * rows.
 */
export const PARALLEL = 20;

export const share = (count: number): number => Math.min(count, SHARE + PARALLEL);
/** The audit event of the first refusal in a window, and the row that counts the later ones. */
export const repeated = { audit: 1, refusals: 1 };

/** All tables except those in which no request creates a row: those of periodic tasks, and the head of the audit. */
const counted: Readonly<Record<Exclude<Table, 'leases' | 'audit_head' | 'signing_keys'>, true>> = {
  ...{ organisations: true, accounts: true, factors: true, burnt_steps: true, used_ids: true, push_links: true },
  ...{ push_devices: true, push_requests: true, push_subscriptions: true, signals: true, recovery_codes: true },
  ...{ desk_codes: true, password_codes: true, desk_acts: true, canaries: true, counters: true, flows: true },
  ...{ sessions: true, installations: true, browsers: true, devices: true, idempotency: true, audit: true },
  ...{ pseudonyms: true, outbox: true, links: true, refusals: true, stopped_logins: true },
  ...{ challenges: true },
};

/** Returns the number of rows of each table. */
export async function rowCounts({ read }: Database): Promise<Map<Table, number>> {
  const counts = new Map<Table, number>();
  for (const table of Object.keys(counted) as Table[]) {
    const rows = read.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('count'));
    counts.set(table, Number((await rows.executeTakeFirstOrThrow()).count));
  }
  return counts;
}
