import { newRowId, type Random } from '../crypto/tokens.ts';
import type { TemplateName } from '../mail/templates/index.ts';
import { leaveMessage } from '../outbox/leave-message.ts';
import type { Tx } from '../store/database.ts';

/** The templates of notices: messages to users about their own account, without a secret link or code (R82). */
export type Notice = Exclude<
  TemplateName,
  'activation' | 'reset' | 'unlock' | 'registration' | 'email-code' | 'push-code' | 'push-link'
>;

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
