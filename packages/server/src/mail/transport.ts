import type { Language } from '@tweestap/protocol';

/** A mail as a transport takes it. */
export interface OutgoingMail {
  /** `<row@host>`: the same at every attempt, so that whoever gets it twice can tell. */
  messageId: string;
  /** ms since the epoch: when it was left, not when it is tried. */
  date: number;
  /** The organisation's name, as the sender's. */
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  language: Language;
}

/** Hands mail over to whatever carries it on. */
export interface MailTransport {
  /**
   * Resolves once the other side has taken the mail over. Gives up when `signal` is aborted.
   * @throws MailFailure for what can be told apart; anything else counts as worth another try
   */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * A mail did not leave. `reason` is a word or `smtp-` and a number, fit for a log and the database: never what the other
 * side said, which may repeat an address.
 */
export class MailFailure extends Error {
  readonly code = 'mail-failure';
  readonly reason: string;
  /** The same again would fail again. */
  readonly permanent: boolean;
  /** It was not about this mail: others would fail as well. */
  readonly outage: boolean;
  constructor(reason: string, { permanent = false, outage = false, cause }: FailureOptions = {}) {
    super(`The mail did not leave: ${reason}.`, { cause });
    this.name = 'MailFailure';
    this.reason = reason;
    this.permanent = permanent;
    this.outage = outage;
  }
}

export interface FailureOptions {
  permanent?: boolean;
  outage?: boolean;
  cause?: unknown;
}
