import type { Database, StoreLogger } from '../database.ts';
import { type Listening, listenPostgres } from '../postgres/listen.ts';
import { listenSqlite } from '../sqlite/listen.ts';

/** What happens to the signals of other processes. */
export interface SignalHandler {
  /** The name of this instance, whose own signals are skipped. */
  sender: string;
  /** Called with the topic of a signal of another process. */
  onTopic(topic: string): void;
  /** Called when signals may have been lost. */
  onGap(): void;
  /** Whether anything waits here. */
  isAwaited(): boolean;
  logger?: StoreLogger | undefined;
}

/** Listens to the signals that other processes publish in the same database. */
export function listenToSignals(
  address: string,
  database: Pick<Database, 'dialect' | 'read'>,
  handler: SignalHandler,
): Listening {
  const { sender, onTopic, onGap, isAwaited, logger } = handler;
  const onText = (text: string): void => {
    const space = text.indexOf(' ');
    if (text.slice(0, space) !== sender) onTopic(text.slice(space + 1));
  };
  return database.dialect === 'postgres'
    ? listenPostgres(address, { onText, onGap, logger })
    : listenSqlite(database, { onText, onGap, isAwaited, logger });
}
