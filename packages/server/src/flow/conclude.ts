import type { Assurance } from '../sessions/sessions.ts';
import type { Tx } from '../store/database.ts';
import { complete, endsBeforeLogin, knowBrowser, resultOf } from './complete.ts';
import type { Applied, Submission } from './context.ts';
import type { Issued } from './engine-types.ts';
import { markSaved, noteRefusal, saveFlow } from './open-flow.ts';
import { recheckAccount, recheckProofs, type Submitted } from './recheck.ts';
import { Lost, Outdated } from './rules/errors.ts';
import type { Facts } from './rules/facts.ts';
import type { Effect, Refusal } from './rules/step-definition.ts';
import { noteSubmission } from './submission-event.ts';

interface Conclusion {
  facts: Facts;
  effects?: Effect[];
  refusal?: Refusal;
  done?: boolean;
  /** `Refused.about`. */
  about?: string;
}

/** The one short transaction: all of it, or nothing (DESIGN §2). */
export async function conclude(submission: Submission, conclusion: Conclusion): Promise<Applied> {
  const { parts, flow, context } = submission;
  const { refusal, done = false } = conclusion;
  const before = flow.facts;
  const endedAt = done ? context.now : null;
  const assurance =
    done && !endsBeforeLogin(flow.row.kind)
      ? resultOf(parts.registry, conclusion.facts, submission.request.session)
      : undefined;
  const result = assurance ? { amr: assurance.amr, acr: assurance.acr } : { next: 'login' as const };
  flow.facts = done ? { ...conclusion.facts, result } : conclusion.facts;
  // A refusal changes no more than what is told: a right answer that is under way beside it must not lose against it.
  const told = refusal !== undefined && flow.stored && !flow.changed;
  // The audit names the account. Read here, since a read inside a transaction would wait for a second connection, and many
  // at once would wait for each other.
  if (before.person === undefined) await context.account();
  try {
    const issued = await parts.database.write((tx) =>
      writeAll(tx, submission, { ...conclusion, before, told, endedAt, assurance }),
    );
    if (!told) markSaved(flow, endedAt);
    return { ...(refusal ? { refusal } : {}), ...(issued ? { issued } : {}) };
  } catch (error) {
    flow.facts = before;
    if (!(error instanceof Lost)) throw error;
    if (error instanceof Outdated) {
      // Saved with the answer: the flow then asks for what is due now, not again for what was refused.
      flow.facts = error.facts;
      flow.changed = true;
    }
    await parts.database.write((tx) => noteSubmission(tx, submission, error.code, false));
    return { refusal: { code: error.code }, stale: true };
  }
}

interface Written extends Conclusion {
  before: Facts;
  told: boolean;
  endedAt: number | null;
  assurance: Assurance | undefined;
}

/** What `conclude` writes, in the order of row locks of decision 0012. @throws Lost */
async function writeAll(tx: Tx, submission: Submission, written: Written): Promise<Issued | undefined> {
  const { parts, flow, context } = submission;
  const { facts, before, effects = [], refusal, done = false, told, endedAt, assurance, about } = written;
  const { clock, database } = parts;
  // A clock that was set back meanwhile makes the submission no younger than its request (R86).
  const now = Math.max(context.now, clock());
  const rests: Submitted = {
    row: flow.row,
    before,
    facts,
    done,
    dialect: database.dialect,
    now,
    order: parts.order,
    registry: parts.registry,
  };
  const early = effects.filter(({ first }) => first);
  await applyEach(tx, early);
  // R92: what was accepted may rest on something that was revoked since it was read. A refusal rests on nothing.
  if (!refusal) await recheckAccount(tx, rests);
  // Before what is spent: a twin of this submission then loses the flow, not the code.
  if (!told) await saveFlow(tx, flow, endedAt);
  else if (flow.facts !== before) await noteRefusal(tx, flow);
  if (!refusal) await recheckProofs(tx, rests);
  const late = effects.filter(({ first }) => !first);
  await applyEach(tx, late);
  const issued = await issue(tx, submission, { done, assurance });
  await noteSubmission(tx, submission, refusal?.code ?? 'ok', done, about);
  return issued;
}

/** The cookies of a flow's end: of a session, or of the browser alone where the end is no login. */
async function issue(
  tx: Tx,
  { parts, flow, request, context }: Submission,
  { done, assurance }: { done: boolean; assurance: Assurance | undefined },
): Promise<Issued | undefined> {
  const { random } = parts;
  const { now } = context;
  if (assurance) return await complete(tx, { flow, facts: flow.facts, assurance }, request, { random, now });
  return done ? await knowBrowser(tx, flow, request, { random, now }) : undefined;
}

async function applyEach(tx: Tx, effects: readonly Effect[]): Promise<void> {
  for (const { apply, lost } of effects) if (!(await apply(tx))) throw new Lost(lost);
}
