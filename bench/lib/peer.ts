import type { BenchAccount, Cost } from './accounts.ts';

export interface Setup {
  accounts: readonly BenchAccount[];
  /** An empty folder for the database. */
  folder: string;
  cost: Cost;
}

/** What a login carries from the password step to the code step. */
export type Ticket = Record<string, string>;

/** A server that is compared, and how its own client talks to it. Both halves stand in one file. */
export interface Peer {
  name: string;
  /** Runs in a process of its own; gives the port on the loopback. */
  serve(setup: Setup): Promise<number>;
  /** The name and the password. @throws when they are refused */
  password(port: number, account: BenchAccount): Promise<Ticket>;
  /** The code, which ends the login. @throws when it is refused */
  code(port: number, ticket: Ticket, code: string): Promise<void>;
}
