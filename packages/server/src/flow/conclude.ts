import type { Amr } from '@tweestap/protocol';
import { deviceName, markKnown } from '../devices/known-device.ts';
import { passwordKey } from '../locks/locks.ts';
import { notify } from '../notices/notify.ts';
import { durationMs } from '../organisations/policy.ts';
import { type Assurance, assuranceOfSession, createSession, renewSession } from '../sessions/sessions.ts';
import { setCodesDue } from '../store/accounts/accounts.ts';
import { resetHard } from '../store/counters.ts';
import type { Tx } from '../store/database.ts';
import { endAllFactors } from '../store/factors/end-factors.ts';
import { touchInstallation } from '../store/installations.ts';
import { deleteRecoveryCodes } from '../store/recovery-codes.ts';
import type { SessionRow } from '../store/schema.ts';
import { assertionOf } from './assertion-facts.ts';
import type { Applied, EngineDeps, Issued, OpenFlow, RequestContext, Submission } from './context.ts';
import { revokeProofs } from './effects/set-password.ts';
import { markSaved, saveFlow, saveRefusal } from './open-flow.ts';
import { endsBeforeLogin, recheckAccount, recheckProofs, type Submitted } from './recheck.ts';
import type { Proof, Registry } from './rules/factor.ts';
import type { Facts } from './rules/facts.ts';
import { mayBegin, possessionOf } from './rules/possession.ts';
import { Conflict, type Effect, effect, Outdated, type Refusal, type StepContext } from './rules/step-definition.ts';
import { recordSubmission } from './submission-event.ts';

/**
 * The assurance that a flow reaches, by the truth table of R69. A factor proven in this flow adds its own `amr` values
 * (RFC 8176 §2) and decides `acr`. A remembered device replaces the factor at AAL1, and the session keeps the time of the
 * last real factor (D1).
 * @param before the `amr` of the session to which the flow belongs
 */
export function assuranceOf(registry: Registry, facts: Facts, before?: readonly Amr[]): Assurance {
  const { factor, remembered, handOver } = facts;
  const proofs = proofsOf(facts).map((proof) => ({ proof, definition: registry.factor(proof.method) }));
  // What another system proved has no time here, so it never counts as fresh (R73).
  const isHandedOver = handOver?.proves === 'factor';
  const isStrong = isHandedOver || proofs.some(({ proof, definition }) => definition.acr(proof) === 'aal2');
  const acr = isStrong ? 'aal2' : 'aal1';
  const own = proofs.flatMap(({ proof, definition }) => definition.amr(proof));
  // A fallback is no second factor, so it has no time.
  const times = proofs.filter(({ definition }) => definition.role !== 'fallback').map(({ proof }) => proof.at);
  return {
    amr: [...new Set<Amr>([...withoutFactor(registry, facts, before), ...own, ...(acr === 'aal2' ? [MFA] : [])])],
    acr,
    factorTime: times.length > 0 ? Math.max(...times) : (remembered?.factorTime ?? null),
    recovery: registry.isBackup(factor),
  };
}

const MFA: Amr = 'mfa';

/** The factors that were proven in this flow. An enrolment proves the new factor. */
function proofsOf({ factor, enrolled }: Facts): (Proof & { at: number })[] {
  // A flow of an earlier version names no method. It knew one only.
  const method = enrolled?.method ?? (enrolled && 'totp');
  return [factor, enrolled && method ? { ...enrolled, method } : undefined].filter((proof) => proof !== undefined);
}

/** The `amr` values besides those of the factors: the password, unless only a proof that stands alone was given. */
function withoutFactor(registry: Registry, facts: Facts, before: readonly Amr[] | undefined): readonly Amr[] {
  const { factor, password, confirmed } = facts;
  if (password || confirmed || before?.includes('pwd')) return ['pwd'];
  if (before) return before.filter((value) => value !== MFA);
  return factor && registry.standsAlone(factor) ? [] : ['pwd'];
}

/** The effects of the end of a flow, for the transaction of the last proof. */
export async function endEffects(context: StepContext): Promise<Effect[]> {
  const off = context.kind === 'disable' ? await turnOff(context) : [];
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

/**
 * P9: turns the second factor off. Authenticators and recovery codes no longer verify anything. Remembered devices, open flows
 * (R39) and all other sessions (R71) end. As with a removed authenticator, the secrets are kept for a while to recognise an
 * old code (R16).
 */
async function turnOff(context: StepContext): Promise<Effect[]> {
  const { facts, now, random } = context;
  const { policy, id: organisationId } = await context.organisation();
  const accountId = facts.person?.id ?? '';
  return [
    ...revokeProofs(accountId, context),
    {
      // The policy or the account may have changed since the flow began.
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

/** The assurance of a finished flow. A flow of a session never lowers the assurance of that session. */
function resultOf(registry: Registry, facts: Facts, session: SessionRow | undefined): Assurance {
  const reached = assuranceOf(registry, facts, session && facts.session ? assuranceOfSession(session).amr : undefined);
  return facts.session === undefined || session === undefined || reached.acr === 'aal2'
    ? reached
    : assuranceOfSession(session);
}

/**
 * Ends a flow in the transaction of its last proof. Issues the session under a new id (R67) and records the browser as known
 * (D7). @throws Conflict
 */
async function complete(
  tx: Tx,
  { flow, facts, assurance }: { flow: OpenFlow; facts: Facts; assurance: Assurance },
  request: RequestContext,
  { random, now }: Pick<EngineDeps, 'random'> & { now: number },
): Promise<Issued> {
  const { person, organisation: organisationId } = facts;
  if (!person || organisationId === undefined) throw new Error('A flow ended without a user.');
  // A page on another origin has no cookies: it gets the assertion, with which the portal makes its own session.
  if (request.otherOrigin) return {};
  const accountId = person.id;
  const device = await markKnown(tx, {
    token: request.deviceToken,
    accountId,
    organisationId,
    name: deviceName(request.userAgent),
    remember: rememberOf(flow, { facts, assurance, now }),
    now,
    random,
  });
  const installation = facts.client?.installation;
  if (installation) await touchInstallation(tx, installation.id, now);
  const session = await sessionOf(tx, { facts, assurance, accountId, organisationId, request, random, now });
  return { session, ...(device ? { device } : {}) };
}

/**
 * Ends a flow in which a password was chosen by a mailed link. It issues no session, and no factor is remembered. The browser
 * becomes known, so wrong passwords that a stranger types a minute later do not lock the user out again (D12).
 */
async function recordBrowser(
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
    const client = facts.client?.id;
    return await createSession(tx, { accountId, organisationId, assurance, previous, client, now, random });
  }
  const renewed = request.session && (await renewSession(tx, { session: request.session, assurance, now, random }));
  if (!renewed) throw new Conflict('no-session');
  return renewed;
}

/**
 * R41: a device is remembered only when the user chose it together with a factor that was verified in this flow. A proof at
 * AAL1, such as a push without a number, does not suffice (D2).
 */
function rememberOf(
  flow: OpenFlow,
  { facts: { remember, factor }, assurance, now }: { facts: Facts; assurance: Assurance; now: number },
) {
  if (flow.row.kind !== 'login' || remember === undefined || remember === 'never' || !factor) return undefined;
  if (assurance.acr !== 'aal2') return undefined;
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

/** Writes the result of a submission in one short transaction, completely or not at all (decision 0012). */
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
  const issued = await issue(tx, submission, { done, assurance });
  await recordSubmission(tx, submission, refusal?.code ?? 'ok', done, about);
  return issued;
}

/** Issues the cookies at the end of a flow: session and device after a login, the device alone after any other flow. */
async function issue(
  tx: Tx,
  { parts, flow, request, context }: Submission,
  { done, assurance }: { done: boolean; assurance: Assurance | undefined },
): Promise<Issued | undefined> {
  const { random } = parts;
  const { now } = context;
  if (assurance) return await complete(tx, { flow, facts: flow.facts, assurance }, request, { random, now });
  return done ? await recordBrowser(tx, flow, request, { random, now }) : undefined;
}

async function applyEach(tx: Tx, effects: readonly Effect[]): Promise<void> {
  for (const { apply, lost } of effects) if (!(await apply(tx))) throw new Conflict(lost);
}
