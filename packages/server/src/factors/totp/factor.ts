import { codeRefusals } from '@tweestap/protocol';
import { z } from 'zod';
import { type Keyring, SealError } from '../../crypto/keyring.ts';
import { type Factor, factorBinding, isActive, openData, sealData } from '../../flow/rules/factor.ts';
import type { StepContext } from '../../flow/rules/step-definition.ts';
import { codeKey } from '../../locks/locks.ts';
import { recentlyReplacedFactors } from '../../store/factors/end-factors.ts';
import { activeFactors } from '../../store/factors/factors.ts';
import { burntSteps } from '../../store/factors/time-steps.ts';
import type { FactorRow } from '../../store/schema.ts';
import { type TotpAuthenticator, type TotpQuestion, type TotpRefusal, verifyTotp } from './code.ts';

/** An active authenticator of an account. */
export interface ActiveAuthenticator extends TotpAuthenticator {
  /** The id of its factor. */
  factorId: string;
}

/** The result for all authenticators. `factorId` is the authenticator whose time step is to be spent or burnt. */
export type TotpVerdictAmong =
  | { outcome: 'accepted'; step: number; factorId: string }
  | (TotpRefusal & { factorId?: string });

/**
 * Verifies one code against all active authenticators of an account (policy `many`, D4). All are computed, whichever
 * matches. Of several refusals it returns the most helpful one, and without authenticators `wrong-code`.
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

/** A lower rank is more helpful. The most specific refusal comes first: it describes the code, not a likely cause. */
function rank({ code }: TotpRefusal): number {
  return codeRefusals.indexOf(code);
}

/** How long a replaced secret distinguishes an old authenticator from a wrong code, in ms (R16). */
const REPLACED_SECRET_KEPT_MS = 30 * 24 * 60 * 60_000;

/**
 * Verifies a normalised code against the account's authenticators. A correct code costs one query: burnt time steps and
 * replaced secrets are read only to explain a refusal. The transaction that spends the time step checks the burnt ones.
 */
export async function judgeCode(code: string, context: StepContext): Promise<TotpVerdictAmong> {
  const { facts, read, now, keyring } = context;
  if (!facts.person) throw new Error('The step totp requires the fact person, which is missing.');
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
    recentlyReplacedFactors(read, accountId, { method: 'totp', since: now - REPLACED_SECRET_KEPT_MS }),
  ]);
  const retired = replaced.map((row) => ({ secret: openTotp(row, keyring) }));
  const complete = opened.map((one) => ({ ...one, burntSteps: [...(burnt.get(one.factorId) ?? [])] }));
  return verifyTotpAmong(complete, { code, now, retired });
}

const Data = z.strictObject({
  /** The shared secret, base64. */
  secret: z.base64(),
});

/** The method `totp`: codes of an authenticator app (RFC 6238). */
export const totp: Factor = {
  method: 'totp',
  role: 'factor',
  proveStep: 'totp',
  enrollSteps: ['enroll-totp'],
  amr: () => ['otp'],
  acr: () => 'aal2',
  // One counter for all authenticators of the account, so a change of authenticator allows no extra guess (D7).
  lock: { by: 'code', key: codeKey, limit: ({ locks }) => locks.hard },
  usable: isActive('totp'),
  data: Data,
  defaultName: 'Authenticator',
};

type Owner = Pick<FactorRow, 'organisation_id' | 'account_id' | 'id'>;

/** The data of an authenticator app's row, before it is sealed. */
export function totpData(secret: Uint8Array): z.infer<typeof Data> {
  return { secret: Buffer.from(secret).toString('base64') };
}

/** The value of the column `secret`. It repeats `data` for servers of the previous version that run at the same time. */
export function sealForPrevious(secret: Uint8Array, owner: Owner, keyring: Keyring): string {
  return keyring.seal(secret, factorBinding({ ...owner, method: 'totp' }));
}

/** The sealed columns of a new factor row. */
export function sealTotp(secret: Uint8Array, owner: Owner, keyring: Keyring): Pick<FactorRow, 'data' | 'secret'> {
  return {
    data: sealData(totp, owner, totpData(secret), keyring),
    secret: sealForPrevious(secret, owner, keyring),
  };
}

/** The secret of a row that this version or the previous one wrote. @throws SealError */
export function openTotp(row: FactorRow, keyring: Keyring): Uint8Array {
  if (row.method !== 'totp') throw new Error(`openTotp requires a row of the method totp, got ${row.method}`);
  if (row.data === null) return keyring.open(row.secret, factorBinding(row));
  try {
    return Buffer.from(openData({ method: 'totp', data: Data }, row, keyring).secret, 'base64');
  } catch (error) {
    // A key rotation by the previous version sealed `secret` with another key and left `data` unchanged.
    if (error instanceof SealError && error.code === 'unknown-key') return keyring.open(row.secret, factorBinding(row));
    throw error;
  }
}
