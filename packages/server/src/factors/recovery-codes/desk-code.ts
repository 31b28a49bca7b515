import { takesDeskCode } from '../../flow/possession.ts';
import { type Effect, effect, type StepContext } from '../../flow/step-definition.ts';
import { deskCodeOf, expireDeskCode, spendDeskCode } from '../../store/help-desk/desk-codes.ts';
import { type RecoveryVerdict, verifyRecoveryCode } from './recovery-codes.ts';

export type DeskVerdict = RecoveryVerdict | { outcome: 'expired'; id: string };

/**
 * Judges a code as the help desk's. Read from the database, so that a code works that was given while the user waits. Costs
 * a hash whether or not there is such a code, so that the time doesn't reveal it (R54). @throws HasherBusyError
 */
export async function judgeDeskCode(
  code: string,
  { kind, facts, read, hasher, now }: StepContext,
): Promise<DeskVerdict> {
  // A new password that the help desk started takes the user's own factors alone (R83).
  const isTaken = takesDeskCode(kind) && facts.helpDesk === undefined;
  const row = isTaken && facts.person ? await deskCodeOf(read, facts.person.id) : undefined;
  const set = row && {
    accountId: row.account_id,
    salt: row.salt,
    candidates: [{ id: row.id, hash: row.hash, spentAt: row.spent_at }],
  };
  const verdict = await verifyRecoveryCode(code, set, hasher);
  const isOver = row !== undefined && (row.expired_at !== null || row.expires_at <= now);
  return row && verdict.outcome === 'matched' && isOver ? { outcome: 'expired', id: row.id } : verdict;
}

export function spendDesk(id: string, { now }: StepContext): Effect {
  return { lost: 'code-used', apply: (tx) => spendDeskCode(tx, id, now) };
}

/** Ends a code that was found expired (R86). */
export function endDesk(id: string, { now }: StepContext): Effect {
  return effect((tx) => expireDeskCode(tx, id, now));
}
