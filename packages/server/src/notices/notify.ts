import { newRowId, type Random } from '../crypto/tokens.ts';
import type { TemplateName } from '../mail/templates/index.ts';
import type { Tx } from '../store/database.ts';
import { enqueue } from '../store/outbox.ts';

/** A message before it is sent. */
interface Message {
  /** The id of its row in the outbox. */
  id: string;
  organisationId: string;
  /** The account to whose address it is sent; null if `data` contains the address, which belongs to no account. */
  accountId: string | null;
  template: TemplateName;
  /** The values for the template and the sender that are not in the account or its organisation. */
  data: object;
  /** ms since the epoch: when it was put into the outbox. */
  at: number;
  /** ms since the epoch: the earliest time to send it. Default: `at`. */
  sendAfter?: number;
  /** The id of the link that it contains. Default: none. */
  linkId?: string;
}

/** Puts a message into the outbox. It is sent if and only if the transaction commits. */
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

/** The templates of notices: messages to users about their own account, without a secret link (R82). */
export type Notice = Exclude<TemplateName, 'activation' | 'reset' | 'unlock' | 'registration'>;

/** Puts a notice for the user of an account into the outbox. It is sent if and only if the transaction commits. */
export async function notify(
  tx: Tx,
  options: {
    /** The template of the notice. */
    notice: Notice;
    organisationId: string;
    accountId: string;
    /** ms since the epoch: when the event happened. */
    at: number;
    random: Random;
    /** Further values for the template. Default: none. */
    data?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { notice, organisationId, accountId, at, random, data } = options;
  await leaveMessage(tx, {
    id: newRowId(random, at),
    organisationId,
    accountId,
    template: notice,
    data: { ...data, at: new Date(at).toISOString() },
    at,
  });
}
