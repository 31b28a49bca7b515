import { type TotpVerdictAmong, verifyTotpAmong } from '../factors/totp/verify-among.ts';
import { activeFactors, burntSteps, recentlyReplacedFactors } from '../store/factors.ts';
import type { FactorRow } from '../store/schema.ts';
import type { StepContext } from './step-definition.ts';

/** ms that a replaced secret tells an old code apart (R16). */
const REPLACED_FOR = 30 * 24 * 60 * 60_000;

/** What the sealed secret of an authenticator is bound to (R60): a row that was moved to another account fails to open. */
export function totpBinding(row: Pick<FactorRow, 'organisation_id' | 'account_id' | 'id'>): string[] {
  return ['totp', row.organisation_id, row.account_id, row.id];
}

/**
 * Judges a normalised code against the person's authenticators. A right code costs one query: burnt and replaced ones are
 * read only to explain a refusal, and spending looks at the burnt steps again in any case.
 */
export async function judgeCode(code: string, context: StepContext): Promise<TotpVerdictAmong> {
  const { facts, read, now } = context;
  if (!facts.person) throw new Error('A code is asked before the person is known.');
  const accountId = facts.person.id;
  const rows = await activeFactors(read, accountId);
  const opened = rows.map((row) => ({
    factorId: row.id,
    secret: open(row, context),
    lastStep: row.last_step < 0 ? null : row.last_step,
    burntSteps: [] as number[],
  }));
  const verdict = verifyTotpAmong(opened, { code, now });
  if (verdict.outcome === 'accepted') return verdict;
  const ids = rows.map(({ id }) => id);
  const [burnt, replaced] = await Promise.all([
    burntSteps(read, ids, now),
    recentlyReplacedFactors(read, accountId, now - REPLACED_FOR),
  ]);
  const retired = replaced.map((row) => ({ secret: open(row, context) }));
  const complete = opened.map((one) => ({ ...one, burntSteps: [...(burnt.get(one.factorId) ?? [])] }));
  return verifyTotpAmong(complete, { code, now, retired });
}

function open(row: FactorRow, { keyring }: Pick<StepContext, 'keyring'>): Uint8Array {
  return keyring.open(row.secret, totpBinding(row));
}
