import { codeRefusals } from '@tweestap/protocol';
import { z } from 'zod';
import { type Keyring, SealError } from '../../crypto/keyring.ts';
import { type Factor, factorBinding, isActive, openData, sealData } from '../../flow/rules/factor.ts';
import type { StepContext } from '../../flow/rules/step-definition.ts';
import { codeKey } from '../../locks/locks.ts';
import { activeFactors, burntSteps, recentlyReplacedFactors } from '../../store/factors.ts';
import type { FactorRow } from '../../store/schema.ts';
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

const Data = z.strictObject({
  /** The shared secret, base64. */
  secret: z.base64(),
});

/** Codes of an authenticator app, RFC 6238. */
export const totp: Factor = {
  method: 'totp',
  role: 'factor',
  proveStep: 'totp',
  enrollSteps: ['enroll-totp'],
  amr: ['otp'],
  acr: () => 'aal2',
  // Over all authenticators of the account, so that going from one to another gains no guess (D7).
  lock: { by: 'code', key: codeKey, limit: ({ locks }) => locks.hard },
  usable: isActive('totp'),
  data: Data,
  defaultName: 'Authenticator',
};

type Owner = Pick<FactorRow, 'organisation_id' | 'account_id' | 'id'>;

/** What the row of an authenticator app holds. */
export function totpData(secret: Uint8Array): z.infer<typeof Data> {
  return { secret: Buffer.from(secret).toString('base64') };
}

/** The column `secret`: it repeats `data` for servers of the previous version, which may run beside this one. */
export function sealForPrevious(secret: Uint8Array, owner: Owner, keyring: Keyring): string {
  return keyring.seal(secret, factorBinding({ ...owner, method: 'totp' }));
}

/** The sealed columns of a new row. */
export function sealTotp(secret: Uint8Array, owner: Owner, keyring: Keyring): Pick<FactorRow, 'data' | 'secret'> {
  return {
    data: sealData(totp, owner, totpData(secret), keyring),
    secret: sealForPrevious(secret, owner, keyring),
  };
}

/** The secret of a row of this version or the previous one. @throws SealError */
export function openTotp(row: FactorRow, keyring: Keyring): Uint8Array {
  if (row.method !== 'totp') throw new Error(`a row of the method ${row.method} was opened as totp`);
  if (row.data === null) return keyring.open(row.secret, factorBinding(row));
  try {
    return Buffer.from(openData({ method: 'totp', data: Data }, row, keyring).secret, 'base64');
  } catch (error) {
    // A rotation by the previous version has sealed `secret` with another key, and left `data` as it was.
    if (error instanceof SealError && error.code === 'unknown-key') return keyring.open(row.secret, factorBinding(row));
    throw error;
  }
}
