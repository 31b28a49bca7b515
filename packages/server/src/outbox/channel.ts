import type { OutboxRow } from '../store/schema.ts';

/** Whether a message is sent now, never, or later: `at`, in ms since the epoch. */
export type Standing = { send: 'now' } | { send: 'never' } | { send: 'later'; at: number };

/**
 * Why a row can't be sent. `drop`: it has no recipient and is deleted. `dead`: it needs an administrator. `later`: this
 * instance can't send it, but another may.
 */
export type Unsendable = { not: 'drop' } | { not: 'dead' | 'later'; error: string };

/** What a channel reports about a message that was accepted for delivery. */
export interface Receipt {
  /** The id that the gateway gave the message, by which its delivery reports name it. Default: none. */
  gatewayId?: string;
}

/** A way to send messages. It knows everything that the sender does not: recipients, texts and the protocol. */
export interface Channel<Message extends object> {
  /** Only messages of this channel are sent. It is also the field of their id in the log. */
  readonly name: OutboxRow['channel'];
  /** The word for a message in the log, with its article. */
  readonly noun: string;
  /** An attempt that takes longer is aborted. In ms. */
  readonly deadline: number;
  /** The number of attempts after which a message becomes a dead letter. */
  readonly maxAttempts: number;
  /** The wait before the next attempt, in ms, after that many attempts. */
  waitAfter(attempts: number): number;
  /** Whether a message that is due is still to be sent. A message with a used or voided code never gets here. */
  standing(row: OutboxRow, now: number): Promise<Standing>;
  /** Finds the recipient of a row and makes its message. Reads only. */
  prepare(row: OutboxRow, now: number): Promise<Message | Unsendable>;
  /**
   * Resolves once the message was accepted for delivery. Must give up when `signal` is aborted.
   * @throws SendFailure for a known kind of failure; any other error counts as a temporary outage
   */
  send(message: Message, row: OutboxRow, signal: AbortSignal): Promise<Receipt>;
  /** The data to keep in a row once its message can't be sent any more: without secrets and phone numbers (R59). */
  kept(row: Pick<OutboxRow, 'data'>): string;
  /** Releases the channel's connections. Called once, when the server is closed. */
  close(): void;
}

/** The options of `SendFailure`. */
export interface FailureOptions {
  /** Whether another attempt would fail as well. Default false. */
  permanent?: boolean;
  /** Whether other messages would fail too. Default false. */
  outage?: boolean;
  /** The original error, for the log. */
  cause?: unknown;
}

/**
 * A message was not sent. `reason` is one word, or a protocol and a status code, and is stored in the database and the log.
 * It never contains the text of a server's response, which may repeat an address or a phone number.
 */
export class SendFailure extends Error {
  readonly reason: string;
  /** Whether another attempt would fail as well, so that none is made. Default false. */
  readonly permanent: boolean;
  /** Whether the failure is not specific to this message, so that other messages would fail too. Default false. */
  readonly outage: boolean;
  /** The wait that the server asked for, in ms. 0: it asked for none. */
  readonly retryAfter: number;
  constructor(
    reason: string,
    { permanent = false, outage = false, retryAfter = 0, cause }: FailureOptions & { retryAfter?: number } = {},
    message = `The message was not sent: ${reason}.`,
  ) {
    super(message, { cause });
    this.name = 'SendFailure';
    this.reason = reason;
    this.permanent = permanent;
    this.outage = outage;
    this.retryAfter = retryAfter;
  }
}
