import type { Kind } from '@tweestap/protocol';
import { type RecoveryVerdict, verifyRecoveryCode } from '../factors/recovery-codes/recovery-codes.ts';
import { deskCodeOf, expireDeskCode, spendDeskCode } from '../store/desk-codes.ts';
import type { Possession } from './facts.ts';
import { type Effect, effect, type StepContext } from './step-definition.ts';

/** The kinds that can go on to set up a new authenticator, which is all that a help-desk code is for (M8). */
const kinds: ReadonlySet<Kind> = new Set(['login', 'reset', 'enroll']);

export type DeskVerdict = RecoveryVerdict | { outcome: 'expired'; id: string };

/**
 * Judges a code as the help desk's. Read from the database, so that one which was given while the person waits does. Costs
 * a hash only where there is such a code. @throws HasherBusyError
 */
export async function judgeDeskCode(
  code: string,
  { kind, facts, read, hasher, now }: StepContext,
): Promise<DeskVerdict> {
  const row = kinds.has(kind) && facts.person ? await deskCodeOf(read, facts.person.id) : undefined;
  if (!row) return { outcome: 'wrong' };
  const candidates = [{ id: row.id, hash: row.hash, spentAt: row.spent_at }];
  const verdict = await verifyRecoveryCode(code, { accountId: row.account_id, salt: row.salt, candidates }, hasher);
  const isOver = row.expired_at !== null || row.expires_at <= now;
  return verdict.outcome === 'matched' && isOver ? { outcome: 'expired', id: row.id } : verdict;
}

export function spendDesk(id: string, { now }: StepContext): Effect {
  return { lost: 'code-used', apply: (tx) => spendDeskCode(tx, id, now) };
}

/** Ends a code that was found expired (R86). */
export function endDesk(id: string, { now }: StepContext): Effect {
  return effect((tx) => expireDeskCode(tx, id, now));
}

/** What an account has, as far as it helps in a flow of that kind. */
export function withoutDeskCode(kind: Kind, { deskCode, ...has }: Possession): Possession {
  return deskCode && kinds.has(kind) ? { ...has, deskCode } : has;
}
