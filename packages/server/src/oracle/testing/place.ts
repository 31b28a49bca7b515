import type { Database } from '../../store/database.ts';
import type { TestClock } from '../../store/testing/databases.ts';
import type { Door } from './instances/http-door.ts';
import type { Instance } from './instances/instance.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { FlowRecord, Given } from './ledger/records.ts';
import type { User } from './ledger/users.ts';
import type { Call, Cookies, Reply } from './ledger/wire.ts';
import type { UserTable } from './settle/user-table.ts';
import type { Statistics } from './statistics.ts';

/** A browser with its cookies and the flows of its tabs. */
export interface Tabs {
  /** The name of the browser in the trace. */
  name: string;
  /** The IP address that its requests come from. */
  address: string;
  /** Its cookies, by name. */
  cookies: Cookies;
  /** Device cookies that it had before. */
  oldDevices: string[];
  /** Its last four flows, the newest last. */
  flows: FlowRecord[];
  /** The user of the browser. */
  user: User;
}

/** The environment of a walk. */
export interface Place {
  /** The database that both instances use. */
  database: Database;
  /** The clock of both instances. */
  clock: TestClock;
  /** `set`: by how many ms the clock was set, apart from the time that passed. */
  time: { set: number };
  /** The two instances of the server. */
  instances: readonly [Instance, Instance];
  /** The doors of the instances, in the same order. */
  doors: readonly [Door, Door];
  /** The user table of a portal, which its instances ask. Default: none. */
  table?: UserTable;
  /** Whether the doors support an `Idempotency-Key`. */
  keyed: boolean;
  /** The counts of all walks on this database. */
  statistics: Statistics;
}

/** The part of a walk that phones and clients use. A browser carries their requests. */
export interface Carrier {
  /** The ledger that judges the answers. */
  readonly ledger: Ledger;
  /** The environment of the walk. */
  readonly place: Place;
  /** ms since the epoch. */
  now(): number;
  /** A number that this walk has not used yet. */
  next(): number;
  /** Sends one call. */
  send(browser: Tabs, call: Omit<Call, 'cookies' | 'address'>): Promise<{ reply: Reply; given: Given }>;
  /** Reports new mails and text messages to the ledger. */
  readMail(): Promise<void>;
}
