import { type AuditEntry, recordAudit } from '../audit/record.ts';
import { recordRefusal } from '../audit/refusals.ts';
import { newRowId } from '../crypto/row-id.ts';
import type { Random } from '../crypto/tokens.ts';
import type { TemplateName } from '../mail/templates/index.ts';
import type { Tx } from '../store/database.ts';
import { enqueue } from '../store/outbox.ts';
import type { RequestContext } from './engine-types.ts';

/** What a flow tells about itself to those who read along later. */
export interface JournalEntry {
  event: string;
  result: string;
  organisationId: string | null;
  accountId: string | null;
  method?: string | null;
  flowId: string;
  at: number;
  request: Pick<RequestContext, 'address' | 'correlationId'>;
  detail?: Readonly<Record<string, unknown>>;
}

/** One row of the audit, in the transaction that it tells of (R81). */
export async function note(tx: Tx, entry: JournalEntry, random: Random): Promise<void> {
  await recordAudit(tx, auditEntry(entry), random);
}

/** The same for a refusal that can be repeated without limit: one row at a window's start, one at its end (R93). */
export async function noteRepeated(tx: Tx, entry: JournalEntry, random: Random): Promise<void> {
  await recordRefusal(tx, auditEntry(entry), random);
}

function auditEntry({ request, detail, method, ...rest }: JournalEntry): AuditEntry {
  const { address, correlationId } = request;
  return { ...rest, address, correlationId, method: method ?? null, detail: detail ?? null };
}

/** What a person is told about her own account (R82): mail without a link of its own. */
export type Notice = Exclude<TemplateName, 'activation' | 'reset' | 'unlock' | 'registration'>;

/** Leaves a message for a person, sent if and only if the transaction commits. */
export async function notify(
  tx: Tx,
  options: {
    notice: Notice;
    organisationId: string;
    accountId: string;
    at: number;
    random: Random;
    data?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { notice, organisationId, accountId, at, random, data = {} } = options;
  await enqueue(tx, {
    id: newRowId(random, at),
    organisation_id: organisationId,
    account_id: accountId,
    channel: 'mail',
    template: notice,
    data: JSON.stringify({ ...data, at: new Date(at).toISOString() }),
    created_at: at,
    send_after: at,
    attempts: 0,
    sent_at: null,
  });
}
