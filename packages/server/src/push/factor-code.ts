import { DEFAULT_DIGITS, normaliseCode } from '../factors/totp/code.ts';
import { openTotp, verifyTotpAmong } from '../factors/totp/factor.ts';
import { attemptUnder, codeKey } from '../locks/locks.ts';
import { resetCounter, returnAttempt } from '../store/counters.ts';
import type { Tx } from '../store/database.ts';
import { disableFactors } from '../store/factors/end-factors.ts';
import { activeFactors } from '../store/factors/factors.ts';
import { burntSteps, spendTotpStep } from '../store/factors/time-steps.ts';
import { type Owner, type PushDeps, PushError } from './push-context.ts';

/**
 * Verifies a code of the account's authenticator app, where a mailed link has no other way to prove the user (R9). It counts like
 * every code of the account, before it is evaluated (D7, R43). Returns the change that spends the time step.
 * @throws PushError `locked` or `wrong-code`
 */
export async function judgeFactorCode(
  { database, keyring, clock }: PushDeps,
  { account, organisation }: Owner,
  typed: string,
): Promise<(tx: Tx) => Promise<void>> {
  const now = clock();
  const key = codeKey(account.id);
  const { locks } = organisation.policy;
  const hardLimit = locks.hard;
  const attempt = await database.write((tx) => attemptUnder(tx, { key, now, locks, hardLimit }));
  if (!attempt.counted) throw new PushError('locked');
  try {
    const code = normaliseCode(typed, DEFAULT_DIGITS);
    const rows = await activeFactors(database.read, account.id, 'totp');
    const burnt = await burntSteps(
      database.read,
      rows.map(({ id }) => id),
      now,
    );
    const opened = rows.map((row) => ({
      factorId: row.id,
      secret: openTotp(row, keyring),
      lastStep: row.last_step < 0 ? null : row.last_step,
      burntSteps: [...(burnt.get(row.id) ?? [])],
    }));
    const verdict = code === null ? undefined : verifyTotpAmong(opened, { code, now });
    if (verdict?.outcome === 'accepted') {
      const { factorId, step } = verdict;
      return async (tx) => {
        if (!(await spendTotpStep(tx, { factorId, step, now }))) throw new PushError('wrong-code');
        await resetCounter(tx, key, now);
      };
    }
  } catch (error) {
    await database.write((tx) => returnAttempt(tx, key, attempt));
    throw error;
  }
  if (attempt.hard >= hardLimit) await database.write((tx) => disableFactors(tx, account.id, 'totp', now));
  throw new PushError('wrong-code');
}
