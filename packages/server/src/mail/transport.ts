import type { Language } from '@tweestap/protocol';
import { type FailureOptions, SendFailure } from '../outbox/channel.ts';

/** An email as it is given to a transport. */
export interface OutgoingMail {
  /** `<row@host>`: the same for every attempt, so that a recipient's email program can detect a duplicate. */
  messageId: string;
  /** When the email was queued, in ms since the epoch. It does not change between attempts. */
  date: number;
  /** The sender's display name: the organisation's name. */
  from: string;
  /** The recipient: one email address without a display name. */
  to: string;
  /** The subject, on one line. */
  subject: string;
  /** The text part. */
  text: string;
  /** The HTML part: a complete document. */
  html: string;
  /** The language of the email, for the header `Content-Language`. */
  language: Language;
}

/** Delivers emails, for example to an SMTP server or to the HTTP API of an email service. */
export interface MailTransport {
  /**
   * Resolves once the email was accepted for delivery. Must give up when `signal` is aborted.
   * @throws MailFailure for a known kind of failure; any other error counts as a temporary outage
   */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>;
  /** Releases the transport's connections. Called once, when the server is closed. */
  close(): void;
}

/**
 * An email was not sent. `reason` is one word, or `smtp-` and a status code, and is stored in the database and the log. It
 * never contains the text of a mail server's response, which may repeat an address.
 */
export class MailFailure extends SendFailure {
  readonly code = 'mail-failure';
  constructor(reason: string, options: FailureOptions = {}) {
    super(reason, options, `The email was not sent: ${reason}.`);
    this.name = 'MailFailure';
  }
}
