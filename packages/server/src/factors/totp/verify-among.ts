import { codeRefusals } from '@tweestap/protocol';
import type { StepContext } from '../../flow/rules/step-definition.ts';
import { activeFactors, burntSteps, recentlyReplacedFactors } from '../../store/factors.ts';
import { openTotp } from './factor.ts';
import { type TotpAuthenticator, type TotpQuestion, type TotpRefusal, verifyTotp } from './verify.ts';

/** An active authenticator of the account, by the id of its factor. */
export interface ActiveAuthenticator extends TotpAuthenticator {
  factorId: string;
}

/** `factorId` of a refusal is the authenticator that it is about: the one whose step is to be burnt. */
export type TotpVerdictAmong =
  | { outcome: 'accepted'; step: number; factorId: string }
  | (TotpRefusal & { factorId?: string });

/**
 * Judges one code against all active authenticators of an account (policy `many`, D4); each is computed whichever
 * matches. Of several refusals the most helpful one is given. No authenticators at all: `wrong-code`.
 */
export function verifyTotpAmong(
  authenticators: readonly ActiveAuthenticator[],
  question: Omit<TotpQuestion, keyof TotpAuthenticator>,
): TotpVerdictAmong {
  const verdicts = authenticators.map(({ factorId, secret, lastStep, burntSteps }) => {
    return { ...verifyTotp({ ...question, secret, lastStep, burntSteps }), factorId };
  });
  let best: TotpVerdictAmong = { outcome: 'refused', code: 'wrong-code', counts: true };
  for (const verdict of verdicts) {
    if (verdict.outcome === 'accepted') return verdict;
    if (best.outcome === 'refused' && rank(verdict) < rank(best)) best = verdict;
  }
  return best;
}

/** The most specific refusal is the most helpful one: it names the code itself, not what is only likely. */
function rank({ code }: TotpRefusal): number {
  return codeRefusals.indexOf(code);
}

/** ms for which a replaced secret distinguishes an old code from a wrong one (R16). */
const REPLACED_FOR = 30 * 24 * 60 * 60_000;

/**
 * Judges a normalised code against the user's authenticators. A right code costs one query: burnt and replaced ones are
 * read only to explain a refusal, and spending looks at the burnt steps again in any case.
 */
export async function judgeCode(code: string, context: StepContext): Promise<TotpVerdictAmong> {
  const { facts, read, now, keyring } = context;
  if (!facts.person) throw new Error('A code was asked for before the user was known.');
  const accountId = facts.person.id;
  const rows = await activeFactors(read, accountId, 'totp');
  const opened = rows.map((row) => ({
    factorId: row.id,
    secret: openTotp(row, keyring),
    lastStep: row.last_step < 0 ? null : row.last_step,
    burntSteps: [] as number[],
  }));
  const verdict = verifyTotpAmong(opened, { code, now });
  if (verdict.outcome === 'accepted') return verdict;
  const ids = rows.map(({ id }) => id);
  const [burnt, replaced] = await Promise.all([
    burntSteps(read, ids, now),
    recentlyReplacedFactors(read, accountId, { method: 'totp', since: now - REPLACED_FOR }),
  ]);
  const retired = replaced.map((row) => ({ secret: openTotp(row, keyring) }));
  const complete = opened.map((one) => ({ ...one, burntSteps: [...(burnt.get(one.factorId) ?? [])] }));
  return verifyTotpAmong(complete, { code, now, retired });
}
