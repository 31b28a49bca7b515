import { type FailureOptions, type Receipt, SendFailure } from '../outbox/channel.ts';

/** A text message as it is given to a transport. */
export interface OutgoingSms {
  /** The same for every attempt, so that a gateway can detect a repeated message. */
  id: string;
  /** The number in E.164 form, for example `+31612345678`. */
  to: string;
  /** The text with the code. */
  text: string;
}

/** Delivers text messages, for example to the HTTP API of a gateway. */
export interface SmsTransport {
  /**
   * Resolves once the message was accepted for delivery, with the gateway's id if there is one. Must give up when `signal` is
   * aborted.
   * @throws SmsFailure for a known kind of failure; any other error counts as a temporary outage
   */
  send(sms: OutgoingSms, signal: AbortSignal): Promise<Receipt | undefined>;
  /** How long an attempt may take, in ms. Default 10,000. */
  readonly timeout?: number;
  /** Releases the transport's connections. Called once, when the server is closed. */
  close(): void;
}

/**
 * A text message was not sent. `reason` is one word, or `http-` and a status code, and is stored in the database and the log.
 * It never contains the text of a gateway's response, which may repeat the number or the message.
 */
export class SmsFailure extends SendFailure {
  readonly code = 'sms-failure';
  constructor(reason: string, options: FailureOptions & { retryAfter?: number } = {}) {
    super(reason, options, `The text message was not sent: ${reason}.`);
    this.name = 'SmsFailure';
  }
}
