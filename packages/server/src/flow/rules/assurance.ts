import type { Amr } from '@tweestap/protocol';
import type { Assurance } from '../../sessions/sessions.ts';
import type { Registry } from './factor.ts';
import type { Facts } from './facts.ts';

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
