import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/tokens.ts';
import type { Tx } from '../store/database.ts';
import { enqueue } from '../store/outbox.ts';
import type { SessionRow } from '../store/schema.ts';
import type { HttpDeps } from './deps.ts';
import type { Exchange } from './route-table.ts';

/** What a person changes in the settings that others must not change unseen (R82). */
export type AccountChangeEvent = 'factor-removed' | 'device-forgotten';

/** Writes the audit's row and leaves the notice to the person, in the transaction of the change itself. */
export async function noteChange(
  { clock, random, addressOf }: HttpDeps,
  tx: Tx,
  { req, correlationId }: Exchange,
  session: SessionRow,
  event: AccountChangeEvent,
): Promise<void> {
  const at = clock();
  const { organisation_id: organisationId, account_id: accountId } = session;
  const where = { address: addressOf(req), correlationId };
  await recordAudit(tx, { at, event, result: 'ok', organisationId, accountId, ...where }, random);
  await enqueue(tx, {
    id: newId(random),
    organisation_id: organisationId,
    account_id: accountId,
    channel: 'mail',
    template: event,
    data: JSON.stringify({ at: new Date(at).toISOString() }),
    created_at: at,
    send_after: at,
    attempts: 0,
    sent_at: null,
  });
}
