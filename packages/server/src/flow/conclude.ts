import { passwordKey } from '../locks/locks.ts';
import type { Assurance } from '../sessions/sessions.ts';
import { resetHard } from '../store/counters.ts';
import type { Tx } from '../store/database.ts';
import { assertionOf } from './assertion-facts.ts';
import type { Applied, Issued, Submission } from './context.ts';
import { turnOffFactors } from './effects/turn-off-factors.ts';
import { issueCookies } from './issue-cookies.ts';
import { markSaved, saveFlow, saveRefusal } from './open-flow.ts';
import { endsBeforeLogin, recheckAccount, recheckProofs, type Submitted } from './recheck.ts';
import { resultingAssurance } from './rules/assurance.ts';
import type { Facts } from './rules/facts.ts';
import { Conflict, type Effect, effect, Outdated, type Refusal, type StepContext } from './rules/step-definition.ts';
import { recordSubmission } from './submission-event.ts';

/** The effects of the end of a flow, for the transaction of the last proof. */
export async function endEffects(context: StepContext): Promise<Effect[]> {
  const off = context.kind === 'disable' ? await turnOffFactors(context) : [];
  return [...off, ...(await endHardCount(context))];
}

/**
 * D12, SP 800-63B-4 §3.2.2: failures count until the password is used successfully. This is the end of a login; the correct
 * password alone is not enough. The soft count and the running wait for unknown devices are not reset.
 */
async function endHardCount(context: StepContext): Promise<Effect[]> {
  const { facts, kind, now } = context;
  if (endsBeforeLogin(kind) || (facts.password ?? facts.confirmed) === undefined) return [];
  const key = facts.account?.key ?? (await context.account())?.username_key;
  if (key === undefined || facts.organisation === undefined) return [];
  const counter = passwordKey(facts.organisation, key);
  return [effect((tx) => resetHard(tx, counter, now))];
}

interface Conclusion {
  facts: Facts;
  effects?: Effect[];
  refusal?: Refusal;
  done?: boolean;
  /** `Refused.about`. */
  about?: string;
}

/** Writes the result of a submission in one short transaction, completely or not at all (decision 0012). */
export async function conclude(submission: Submission, conclusion: Conclusion): Promise<Applied> {
  const { parts, flow, context } = submission;
  const { refusal, done = false } = conclusion;
  const before = flow.facts;
  const endedAt = done ? context.now : null;
  const assurance =
    done && !endsBeforeLogin(flow.row.kind)
      ? resultingAssurance(parts.registry, conclusion.facts, submission.request.session)
      : undefined;
  const result = assurance ? { amr: assurance.amr, acr: assurance.acr } : { next: 'login' as const };
  flow.facts = done ? { ...conclusion.facts, result } : conclusion.facts;
  // A refusal does not raise the version of the flow. Otherwise a correct input that runs at the same time would conflict.
  const isReportOnly = refusal !== undefined && flow.stored && !flow.changed;
  // The audit names the account. It is read here because a read inside a transaction would need a second connection, and
  // many parallel submissions would then wait for each other.
  if (before.person === undefined) await context.account();
  // Signed before the transaction, so a flow never ends without its assertion, and dropped if another submission was first.
  const assertion = await assertionOf(submission, conclusion.facts, assurance);
  try {
    const issued = await parts.database.write((tx) =>
      writeAll(tx, submission, { ...conclusion, before, isReportOnly, endedAt, assurance }),
    );
    if (!isReportOnly) markSaved(flow, endedAt);
    const all = assertion === undefined ? issued : { ...issued, assertion };
    return { ...(refusal ? { refusal } : {}), ...(all ? { issued: all } : {}) };
  } catch (error) {
    flow.facts = before;
    if (!(error instanceof Conflict)) throw error;
    if (error instanceof Outdated) {
      // `applyAll` saves these facts. The flow then shows the step that is due now, instead of the refused one.
      flow.facts = error.facts;
      flow.changed = true;
    }
    await parts.database.write((tx) => recordSubmission(tx, submission, error.code, false));
    return { refusal: { code: error.code }, stale: true };
  }
}

interface Written extends Conclusion {
  before: Facts;
  isReportOnly: boolean;
  endedAt: number | null;
  assurance: Assurance | undefined;
}

/** Writes everything that `conclude` commits, in the order of row locks of decision 0012. @throws Conflict */
async function writeAll(tx: Tx, submission: Submission, written: Written): Promise<Issued | undefined> {
  const { parts, flow, context } = submission;
  const { facts, before, effects = [], refusal, done = false, isReportOnly, endedAt, assurance, about } = written;
  const { clock, database } = parts;
  // The time of the commit is never before the time of the request, even if the clock was set back meanwhile (R86).
  const now = Math.max(context.now, clock());
  const submitted: Submitted = {
    row: flow.row,
    before,
    facts,
    done,
    dialect: database.dialect,
    now,
    directory: parts.directory,
    order: parts.order,
    registry: parts.registry,
  };
  const early = effects.filter(({ first }) => first);
  await applyEach(tx, early);
  // R92: an accepted input may depend on something that was revoked since it was read. A refusal depends on nothing.
  if (!refusal) await recheckAccount(tx, submitted);
  // The flow is saved before anything is spent, so a parallel copy of this submission conflicts here and spends no code.
  if (!isReportOnly) await saveFlow(tx, flow, endedAt);
  else if (flow.facts !== before) await saveRefusal(tx, flow);
  if (!refusal) await recheckProofs(tx, submitted);
  const late = effects.filter(({ first }) => !first);
  await applyEach(tx, late);
  const issued = await issueCookies(tx, submission, { done, assurance });
  await recordSubmission(tx, submission, refusal?.code ?? 'ok', done, about);
  return issued;
}

async function applyEach(tx: Tx, effects: readonly Effect[]): Promise<void> {
  for (const { apply, lost } of effects) if (!(await apply(tx))) throw new Conflict(lost);
}
