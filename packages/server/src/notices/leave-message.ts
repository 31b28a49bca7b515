import type { TemplateName } from '../mail/templates/index.ts';
import type { Tx } from '../store/database.ts';
import { enqueue } from '../store/outbox.ts';

/** A message before it is sent. */
export interface Message {
  /** Of its row in the outbox. */
  id: string;
  organisationId: string;
  /** Whom it goes to; null where `data` has an address that no account has. */
  accountId: string | null;
  template: TemplateName;
  /** What the template and the sender need besides the account and its organisation. */
  data: object;
  /** ms since the epoch: when it was left. */
  at: number;
  /** ms since the epoch: when it may leave at the earliest. Default: `at`. */
  sendAfter?: number;
  /** The link that it carries. */
  linkId?: string;
}

/** Leaves a message in the outbox, sent if and only if the transaction commits. */
export async function leaveMessage(tx: Tx, message: Message): Promise<void> {
  const { id, organisationId, accountId, template, data, at, sendAfter = at, linkId } = message;
  await enqueue(tx, {
    id,
    organisation_id: organisationId,
    account_id: accountId,
    channel: 'mail',
    template,
    data: JSON.stringify(data),
    created_at: at,
    send_after: sendAfter,
    attempts: 0,
    sent_at: null,
    ...(linkId === undefined ? {} : { link_id: linkId }),
  });
}
