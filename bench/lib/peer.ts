import type { BenchAccount, Cost } from './accounts.ts';

/** What a server needs for a measurement. */
export interface Setup {
  accounts: readonly BenchAccount[];
  /** An empty folder for the database. */
  folder: string;
  cost: Cost;
}

/** The values that a client keeps from the password step to the code step. */
export type Ticket = Record<string, string>;

/** A server to compare, with a client for its protocol. */
export interface Peer {
  name: string;
  /** Starts the server in the current process and returns its port on 127.0.0.1. */
  serve(setup: Setup): Promise<number>;
  /**
   * Sends the username and the password.
   * @throws Error if they are refused
   */
  password(port: number, account: BenchAccount): Promise<Ticket>;
  /** Returns what the user enters or signs for the second step. Default: the code of the authenticator app. */
  answer?(port: number, account: BenchAccount, ticket: Ticket): Promise<string>;
  /**
   * Sends the code or the signature, which completes the login.
   * @throws Error if it is refused
   */
  code(port: number, ticket: Ticket, code: string): Promise<void>;
}
