import { newRowId } from '../crypto/row-id.ts';
import type { Random } from '../crypto/tokens.ts';
import type { TemplateName } from '../mail/templates/index.ts';
import type { Tx } from '../store/database.ts';
import { leaveMessage } from './leave-message.ts';

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
