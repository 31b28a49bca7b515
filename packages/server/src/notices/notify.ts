import { newRowId, type Random } from '../crypto/tokens.ts';
import type { TemplateName } from '../mail/templates/index.ts';
import type { Tx } from '../store/database.ts';
import { enqueue } from '../store/outbox.ts';

/** A message before it is sent. */
interface Message {
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

/** What a user is told about their own account (R82): a message without a link of its own. */
export type Notice = Exclude<TemplateName, 'activation' | 'reset' | 'unlock' | 'registration'>;

/** Leaves a notice for the user of an account, sent if and only if the transaction commits. */
export async function notify(
  tx: Tx,
  options: {
    notice: Notice;
    organisationId: string;
    accountId: string;
    /** ms since the epoch: when it happened. */
    at: number;
    random: Random;
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
