import { type PrepareDeps, prepareMail } from '../mail/prepare.ts';
import { prepareSms } from '../sms/sms-channel.ts';
import { newestMessages } from '../store/outbox.ts';
import type { OutboxRow } from '../store/schema.ts';

interface AnyMessage {
  /** The id of the outbox row. */
  id: string;
  /** The recipient's address, or phone number in E.164 form. */
  to: string;
  /** The text part. */
  text: string;
  /** The addresses in the message, the most important one first. */
  links: string[];
  /** When the message was queued (RFC 3339). */
  at: string;
}

/** An email of the outbox, as its recipient sees it. */
export interface OutboxMail extends AnyMessage {
  /** How the message is sent. */
  channel: 'mail';
  subject: string;
  /** The HTML part: a complete document. */
  html: string;
}

/** A text message of the outbox, as its recipient sees it. */
export interface OutboxSms extends AnyMessage {
  /** How the message is sent. */
  channel: 'sms';
}

/** A message of the outbox, as its recipient sees it. */
export type OutboxMessage = OutboxMail | OutboxSms;

/** The messages that are waiting or were sent. */
export interface Outbox {
  /**
   * Returns the newest messages first, at most `limit` (default 100). For development without a mail server and without an SMS
   * gateway. The messages contain working links and codes, so anyone who can read them can use those. A sent message no
   * longer has its link or code, and a text message that was sent or has expired is not returned (R59).
   */
  messages(options?: { limit?: number }): Promise<OutboxMessage[]>;
}

/** Returns the read access to the outbox that `createTweestap` offers. */
export function createOutbox(deps: PrepareDeps): Outbox {
  return {
    async messages({ limit = 100 } = {}) {
      const found: OutboxMessage[] = [];
      for (const row of await newestMessages(deps.read, limit)) {
        const message = row.channel === 'sms' ? await smsOf(deps, row) : await mailOf(deps, row);
        if (message) found.push(message);
      }
      return found;
    },
  };
}

const shared = ({ id, created_at }: OutboxRow) => ({ id, at: new Date(created_at).toISOString() });

async function mailOf(deps: PrepareDeps, row: OutboxRow): Promise<OutboxMail | undefined> {
  const mail = await prepareMail(deps, row);
  if ('not' in mail) return undefined;
  const { to, subject, text, html, links } = mail;
  return { ...shared(row), channel: 'mail', to, subject, text, html, links };
}

async function smsOf(deps: PrepareDeps, row: OutboxRow): Promise<OutboxSms | undefined> {
  const sms = await prepareSms(deps, row);
  return 'not' in sms ? undefined : { ...shared(row), channel: 'sms', to: sms.to, text: sms.text, links: [] };
}
