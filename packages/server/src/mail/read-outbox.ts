import type { Db } from '../store/database.ts';
import { newestMessages } from '../store/outbox.ts';
import { type PrepareDeps, prepareMail } from './prepare.ts';

/** A message as its reader sees it, or would see it. */
export interface OutboxMessage {
  id: string;
  channel: 'mail';
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The addresses in it, the one that it is about first. */
  links: string[];
  /** RFC 3339: when it was left. */
  at: string;
}

/** The messages that wait or have left. */
export interface Outbox {
  /**
   * The newest first, at most `limit` (100). For developing without a mail server: links stand in them as they are, so
   * whoever may read this can use them. A message that has left has lost its link (R59).
   */
  messages(options?: { limit?: number }): Promise<OutboxMessage[]>;
}

export function createOutbox(deps: PrepareDeps & { read: Db }): Outbox {
  return {
    async messages({ limit = 100 } = {}) {
      const found: OutboxMessage[] = [];
      for (const row of await newestMessages(deps.read, limit)) {
        const mail = await prepareMail(deps, row);
        if ('not' in mail) continue;
        const { to, subject, text, html, links } = mail;
        const at = new Date(row.created_at).toISOString();
        found.push({ id: row.id, channel: 'mail', to, subject, text, html, links, at });
      }
      return found;
    },
  };
}
