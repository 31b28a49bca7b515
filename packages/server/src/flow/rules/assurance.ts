import type { Amr } from '@tweestap/protocol';
import { type Assurance, assuranceOfSession } from '../../sessions/sessions.ts';
import type { SessionRow } from '../../store/schema.ts';
import type { Proof, Registry } from './factor.ts';
import type { Facts } from './facts.ts';

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

/** The assurance of a finished flow. A flow of a session never lowers the assurance of that session. */
export function resultingAssurance(registry: Registry, facts: Facts, session: SessionRow | undefined): Assurance {
  const reached = assuranceOf(registry, facts, session && facts.session ? assuranceOfSession(session).amr : undefined);
  return facts.session === undefined || session === undefined || reached.acr === 'aal2'
    ? reached
    : assuranceOfSession(session);
}
