import type { StepType } from '@tweestap/protocol';
import { recordAudit, recordRefusal } from '../audit/record.ts';
import type { Tx } from '../store/database.ts';
import type { Submission } from './context.ts';
import { definitionOf } from './show.ts';

/** Records what became of a submission, in the transaction of its effects (R81). `done`: it ended the flow. */
export async function noteSubmission(
  tx: Tx,
  submission: Submission,
  result: string,
  done: boolean,
  about?: string,
): Promise<void> {
  const { parts, flow, request, context, step, bounded, moves } = submission;
  const audited = moves ? undefined : definitionOf(parts, step).audited;
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
        }
      : {};
  const desk = facts.factor?.desk ? { helpDeskCode: true } : {};
  // D6: weaker than a binding that an old factor has vouched for.
  const byMail = flow.row.kind === 'reset' && facts.enrolled && !facts.factor ? { boundByMail: true } : {};
  const started = facts.helpDesk ? { startedBy: facts.helpDesk.by } : {};
  const told = { ...detail, ...desk, ...byMail, ...started, ...(done && event ? { step: event } : {}) };
  // A refusal that can be repeated without limit: one row at a window's start, one at its end (R93).
  const record = result === 'ok' || bounded ? recordAudit : recordRefusal;
  await record(tx, { ...entry, detail: told }, parts.random);
}

/**
 * Whom an event of a flow is about that has not proven an account: the one that was named. Not where an address is slowed
 * down, since the first such event of an account would cost a statement more than one of an invented name (R54).
 */
async function namedAccount({ context }: Submission, result: string, about?: string): Promise<string | null> {
  const named = about ?? (await context.account())?.id ?? null;
  return result === 'throttled' ? null : named;
}

/** A link that was used or voided while its flow ran, and an attempt that was slowed down, are events at any step. */
function unaudited(step: StepType, result: string): string | undefined {
  if (result === 'link-expired') return 'link';
  return result === 'throttled' ? step : undefined;
}
