import { codeRefusals } from '@tweestap/protocol';
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
