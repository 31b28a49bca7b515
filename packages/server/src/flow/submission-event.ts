import type { StepType } from '@tweestap/protocol';
import { recordAudit, recordRefusal } from '../audit/record.ts';
import type { Tx } from '../store/database.ts';
import type { Submission } from './context.ts';

/**
 * Records the result of a submission in the audit, in the transaction of its effects (R81).
 * @param result a problem code, or `ok`
 * @param done whether the submission ended the flow
 * @param about the id of the account, where the facts do not name it
 */
export async function recordSubmission(
  tx: Tx,
  submission: Submission,
  result: string,
  done: boolean,
  about?: string,
): Promise<void> {
  const { parts, flow, request, context, step, bounded, moves } = submission;
  const audited = moves ? undefined : submission.audited;
  const event = audited ?? unaudited(step, result);
  if (event === undefined && !done) return;
  const { facts } = flow;
  const accountId = facts.person?.id ?? (await namedAccount(submission, result, about));
  const entry = {
    event: done ? flow.row.kind : (event ?? step),
    result,
    organisationId: facts.organisation ?? null,
    accountId,
    method: facts.deferred ? null : (parts.registry.methodOf(step) ?? facts.factor?.method ?? null),
    flowId: flow.row.id,
    at: context.now,
    address: request.address,
    correlationId: request.correlationId,
  };
  const detail =
    done && facts.result
      ? {
          ...facts.result,
          ...(facts.remembered ? { remembered: true } : {}),
          ...(facts.deferred ? { deferred: true } : {}),
          ...(facts.client ? { client: facts.client.id } : {}),
          ...(facts.assertion ? { audience: facts.assertion.audience } : {}),
        }
      : {};
  const desk = facts.factor?.desk ? { helpDeskCode: true } : {};
  // D6: an enrolment without a proof of an old factor is weaker.
  const byMail = flow.row.kind === 'reset' && facts.enrolled && !facts.factor ? { boundByMail: true } : {};
  const started = facts.helpDesk ? { startedBy: facts.helpDesk.by } : {};
  const handed = facts.handOver ? { handOver: facts.handOver.issuer } : {};
  const all = { ...detail, ...handed, ...desk, ...byMail, ...started, ...(done && event ? { step: event } : {}) };
  // A refusal that can be repeated without limit writes one row at the start of a window and one at its end (R93).
  const record = result === 'ok' || bounded ? recordAudit : recordRefusal;
  await record(tx, { ...entry, detail: all }, parts.random);
}

/**
 * The account of an event while the flow has not proven one: the account of the typed name. It is null for a throttled input,
 * because the first such event of an existing account would cost one more statement than that of an invented name (R54).
 */
async function namedAccount({ context }: Submission, result: string, about?: string): Promise<string | null> {
  const named = about ?? (await context.account())?.id ?? null;
  return result === 'throttled' ? null : named;
}

/** The event of a refusal that is recorded at any step: an expired link, or a throttled input. */
function unaudited(step: StepType, result: string): string | undefined {
  if (result === 'link-expired') return 'link';
  return result === 'throttled' ? step : undefined;
}
