import type { Tx } from '../store/database.ts';
import { enqueue } from '../store/outbox.ts';
import type { OutboxRow } from '../store/schema.ts';

/** A message before it is sent. */
export interface Message {
  /** The id of its row in the outbox. */
  id: string;
  /** How it is sent. Default: as an email. */
  channel?: OutboxRow['channel'];
  organisationId: string;
  /** The account to which it is sent; null if `data` contains the address, which belongs to no account. */
  accountId: string | null;
  template: string;
  /** The values for the template and the sender that are not in the account or its organisation. */
  data: object;
  /** ms since the epoch: when it was put into the outbox. */
  at: number;
  /** ms since the epoch: the earliest time to send it. Default: `at`. */
  sendAfter?: number;
  /** ms since the epoch: it is not sent from this time on, and its content is removed. Default: no limit. */
  expiresAt?: number;
  /** The id of the link that it contains. Default: none. */
  linkId?: string;
  /** The id of the challenge whose code it contains. Default: none. */
  challengeId?: string;
}

/** Puts a message into the outbox. It is sent if and only if the transaction commits. */
export async function leaveMessage(tx: Tx, message: Message): Promise<void> {
  const { id, channel = 'mail', organisationId, accountId, template, data, at, sendAfter = at } = message;
  const { expiresAt = null, linkId = null, challengeId = null } = message;
  await enqueue(tx, {
    id,
    organisation_id: organisationId,
    account_id: accountId,
    channel,
    template,
    data: JSON.stringify(data),
    created_at: at,
    send_after: sendAfter,
    attempts: 0,
    sent_at: null,
    expires_at: expiresAt,
    link_id: linkId,
    challenge_id: challengeId,
  });
}
