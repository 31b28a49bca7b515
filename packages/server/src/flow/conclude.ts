import type { Amr } from '@tweestap/protocol';
import { deviceName, markKnown } from '../devices/known-device.ts';
import { passwordKey } from '../locks/locks.ts';
import { notify } from '../notices/notify.ts';
import { durationMs } from '../organisations/policy.ts';
import { type Assurance, assuranceOfSession, createSession, renewSession } from '../sessions/sessions.ts';
import { setCodesDue } from '../store/accounts.ts';
import { resetHard } from '../store/counters.ts';
import type { Tx } from '../store/database.ts';
import { endAllFactors } from '../store/factors.ts';
import { deleteRecoveryCodes } from '../store/recovery-codes.ts';
import type { SessionRow } from '../store/schema.ts';
import type { Applied, EngineDeps, Issued, OpenFlow, RequestContext, Submission } from './context.ts';
import { revokeProofs } from './effects/set-password.ts';
import { markSaved, noteRefusal, saveFlow } from './open-flow.ts';
import { endsBeforeLogin, recheckAccount, recheckProofs, type Submitted } from './recheck.ts';
import type { Registry } from './rules/factor.ts';
import type { Facts } from './rules/facts.ts';
import { mayBegin, possessionOf } from './rules/possession.ts';
import { type Effect, effect, Lost, Outdated, type Refusal, type StepContext } from './rules/step-definition.ts';
import { noteSubmission } from './submission-event.ts';

/**
 * The truth table of R69. A factor proven in this flow adds its own `amr` values (RFC 8176 §2) and decides `acr`. A remembered
 * device replaces the factor at AAL1, and the session keeps the time of the last real one (D1).
 */
export function assuranceOf(registry: Registry, { factor, enrolled, remembered }: Facts): Assurance {
  if (!factor && !enrolled) {
    return { amr: ['pwd'], acr: 'aal1', factorTime: remembered?.factorTime ?? null, recovery: false };
  }
  const first = registry.factors.find(({ role }) => role === 'factor');
  const method = enrolled?.method ?? first?.method;
  const proofs = [factor, enrolled && method ? { method } : undefined].filter((proof) => proof !== undefined);
  const proven = proofs.map((proof) => ({ proof, definition: registry.factor(proof.method) }));
  const acr = proven.some(({ proof, definition }) => definition.acr(proof) === 'aal2') ? 'aal2' : 'aal1';
  const own = proven.flatMap(({ definition }) => definition.amr);
  return {
    amr: [...new Set<Amr>(['pwd', ...own, ...(acr === 'aal2' ? (['mfa'] as const) : [])])],
    acr,
    factorTime: Math.max(factor?.at ?? 0, enrolled?.at ?? 0),
    recovery: registry.isBackup(factor),
  };
}

/** What a flow does at its end, in the transaction of the last proof. */
export async function endEffects(context: StepContext): Promise<Effect[]> {
  const off = context.kind === 'disable' ? await turnOff(context) : [];
  return [...off, ...(await endHardCount(context))];
}

/**
 * D12, SP 800-63B-4 §3.2.2: failures count until the password is used with success, which is the end of a login and not the
 * right password alone. The soft count and a wait of strangers go on where they are not those of this browser.
 */
async function endHardCount(context: StepContext): Promise<Effect[]> {
  const { facts, kind, now } = context;
  if (endsBeforeLogin(kind) || (facts.password ?? facts.confirmed) === undefined) return [];
  const key = facts.account?.key ?? (await context.account())?.username_key;
  if (key === undefined || facts.organisation === undefined) return [];
  const counter = passwordKey(facts.organisation, key);
  return [effect((tx) => resetHard(tx, counter, now))];
}

/**
 * P9: the second factor is off. Authenticators and recovery codes verify nothing any more, and what rested on them ends:
 * remembered devices, open flows (R39) and all sessions but this one (R71). The secrets tell an old code apart for a
 * while (R16), as with an authenticator that was removed.
 */
async function turnOff(context: StepContext): Promise<Effect[]> {
  const { facts, now, random } = context;
  const { policy, id: organisationId } = await context.organisation();
  const accountId = facts.person?.id ?? '';
  return [
    ...revokeProofs(accountId, context),
    {
      // The policy, or the account, may be another than it was when the flow began.
      lost: 'not-allowed',
      apply: async (tx) => mayBegin('disable', await possessionOf(tx, accountId), policy, now),
    },
    effect(async (tx) => {
      await endAllFactors(tx, accountId, 'replaced', now);
      await deleteRecoveryCodes(tx, accountId);
      await setCodesDue(tx, accountId, false);
      await notify(tx, { notice: 'factors-off', organisationId, accountId, at: now, random });
    }),
  ];
}

/** What a flow that is done came to; a flow of a session adds to what that session had proven. */
function resultOf(registry: Registry, facts: Facts, session: SessionRow | undefined): Assurance {
  const reached = assuranceOf(registry, facts);
  return facts.session === undefined || session === undefined || reached.acr === 'aal2'
    ? reached
    : assuranceOfSession(session);
}

/**
 * The end of a flow, in the transaction of its last proof: the session under a new id (R67), and the browser known from
 * now on (D7). @throws Lost
 */
async function complete(
  tx: Tx,
  { flow, facts, assurance }: { flow: OpenFlow; facts: Facts; assurance: Assurance },
  request: RequestContext,
  { random, now }: Pick<EngineDeps, 'random'> & { now: number },
): Promise<Issued> {
  const { person, organisation: organisationId } = facts;
  if (!person || organisationId === undefined) throw new Error('A flow ended without a person.');
  const accountId = person.id;
  const device = await markKnown(tx, {
    token: request.deviceToken,
    accountId,
    organisationId,
    name: deviceName(request.userAgent),
    remember: rememberOf(flow, facts, now),
    now,
    random,
  });
  const session = await sessionOf(tx, { facts, assurance, accountId, organisationId, request, random, now });
  return { session, ...(device ? { device } : {}) };
}

/**
 * The end of a flow that chose a password by a mailed link: no session, and nothing is remembered. The browser is known from
 * now on, so that a stranger who types wrong passwords a minute later does not lock its owner out again (D12).
 */
async function knowBrowser(
  tx: Tx,
  { row, facts }: OpenFlow,
  request: RequestContext,
  { random, now }: Pick<EngineDeps, 'random'> & { now: number },
): Promise<Issued | undefined> {
  const { person, organisation: organisationId } = facts;
  if (!person || organisationId === undefined || facts.newPassword === undefined) return undefined;
  if (!endsBeforeLogin(row.kind)) throw new Error(`A flow of kind ${row.kind} ended without a session.`);
  const { deviceToken: token, userAgent } = request;
  const where = { accountId: person.id, organisationId, name: deviceName(userAgent) };
  const device = await markKnown(tx, { token, ...where, remember: undefined, now, random });
  return device && { device };
}

async function sessionOf(
  tx: Tx,
  options: {
    facts: Facts;
    assurance: Assurance;
    accountId: string;
    organisationId: string;
    request: RequestContext;
  } & Pick<EngineDeps, 'random'> & { now: number },
) {
  const { facts, assurance, accountId, organisationId, request, random, now } = options;
  if (facts.session === undefined) {
    const previous = request.session;
    return await createSession(tx, { accountId, organisationId, assurance, previous, now, random });
  }
  const renewed = request.session && (await renewSession(tx, { session: request.session, assurance, now, random }));
  if (!renewed) throw new Lost('no-session');
  return renewed;
}

/** R41: only what was ticked beside a factor that this very flow has verified. */
function rememberOf(flow: OpenFlow, { remember, factor }: Facts, now: number) {
  if (flow.row.kind !== 'login' || remember === undefined || remember === 'never' || !factor) return undefined;
  return { until: now + durationMs(remember), factorTime: factor.at };
}

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
