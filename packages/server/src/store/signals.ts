import { sql } from 'kysely';
import type { Database, Db, EndedSessions, Tx } from './database.ts';
import type { AccountRow } from './schema.ts';

/** What waits for a change of this topic is woken after the commit, on all instances. */
export function signal(tx: Tx, topic: string): void {
  tx.signals ??= new Set();
  tx.signals.add(topic);
}

/** As `signal`, but only on this instance. */
export function signalHere(tx: Tx, topic: string): void {
  tx.signalsHere ??= new Set();
  tx.signalsHere.add(topic);
}

/** The topics of ended sessions begin with this, followed by JSON. */
export const SESSIONS_ENDED = 'sessions-ended ';

/** Reports that the sessions of an account were ended, to the event handlers of all instances. */
export function signalEndedSessions(
  tx: Tx,
  account: Pick<AccountRow, 'id' | 'organisation_id' | 'external_id'>,
  how: Pick<EndedSessions, 'reason' | 'keepsOne'>,
): void {
  const { id: accountId, organisation_id: organisationId, external_id } = account;
  const ended = { accountId, organisationId, ...(external_id === null ? {} : { externalId: external_id }), ...how };
  tx.endedSessions ??= [];
  tx.endedSessions.push(ended);
  signal(tx, SESSIONS_ENDED + JSON.stringify(ended));
}

const NONE: ReadonlySet<string> = new Set();

/** The channel of PostgreSQL's NOTIFY. */
export const CHANNEL = 'tweestap_signals';

/** The text of a notification. The name of the sender lets an instance skip its own. */
const notificationOf = (sender: string, topic: string): string => `${sender} ${topic}`;

/**
 * The same database, which publishes the signals of each transaction. On PostgreSQL they are part of the transaction. On
 * SQLite they are rows, which other processes on the same file read. `emit` is called after the commit, on this instance.
 */
export function publishSignals(
  database: Database,
  { sender, clock, emit }: { sender: string; clock(): number; emit(topics: ReadonlySet<string>): void },
): Database {
  return {
    ...database,
    async write(work) {
      let topics: ReadonlySet<string> = NONE;
      const result = await database.write(async (tx) => {
        const value = await work(tx);
        const published = tx.signals ?? NONE;
        topics = new Set([...published, ...(tx.signalsHere ?? NONE)]);
        for (const topic of published) {
          if (database.dialect === 'postgres') {
            await sql`select pg_notify(${CHANNEL}, ${notificationOf(sender, topic)})`.execute(tx);
          } else {
            await tx
              .insertInto('signals')
              .values({ topic: notificationOf(sender, topic), at: clock() })
              .execute();
          }
        }
        return value;
      });
      if (topics.size > 0) emit(topics);
      return result;
    },
  };
}

/** The last row of the signals. */
export async function lastSignal(db: Db): Promise<number> {
  const row = await db
    .selectFrom('signals')
    .select(({ fn }) => fn.max('seq').as('last'))
    .executeTakeFirst();
  return row?.last ?? 0;
}

/** The signals after a row, at most `limit`, oldest first. */
export async function signalsAfter(db: Db, seq: number, limit: number): Promise<{ seq: number; topic: string }[]> {
  return await db
    .selectFrom('signals')
    .select(['seq', 'topic'])
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
}
