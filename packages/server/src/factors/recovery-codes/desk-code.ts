import { sameBytes } from '../../crypto/tokens.ts';
import { takesDeskCode } from '../../flow/rules/possession.ts';
import { type Effect, effect, type StepContext } from '../../flow/rules/step-definition.ts';
import {
  deskCodeOf,
  expireDeskCode,
  expirePasswordCode,
  passwordCodeOf,
  spendDeskCode,
} from '../../store/help-desk/desk-codes.ts';
import type { AccountRow } from '../../store/schema.ts';
import {
  hashCode,
  newSalt,
  normalisePasswordCode,
  type RecoveryVerdict,
  verifyRecoveryCode,
} from './recovery-codes.ts';

type DeskVerdict = RecoveryVerdict | { outcome: 'expired'; id: string };

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
  const isOver = row !== undefined && (row.expired_at !== null || row.expires_at <= now || row.created_at > now);
  return row && verdict.outcome === 'matched' && isOver ? { outcome: 'expired', id: row.id } : verdict;
}

export function spendDesk(id: string, { now }: StepContext): Effect {
  return { lost: 'code-used', apply: (tx) => spendDeskCode(tx, id, now) };
}

/** Ends a code that was found expired (R86). */
export function endDesk(id: string, { now }: StepContext): Effect {
  return effect((tx) => expireDeskCode(tx, id, now));
}

type PasswordCodeVerdict = { outcome: 'matched' | 'expired'; id: string } | { outcome: 'wrong' | 'spent' };

/** What a hash is compared with where there is no code: no hash of 32 bytes is equal to it. */
const NOTHING = new Uint8Array();

/**
 * Judges the help desk's code for a new password. One query and one hash for any name, existing or not (R53, R55); text
 * that can't be a code is refused without a hash, which depends on what was typed alone. @throws HasherBusyError
 */
export async function judgePasswordCode(
  text: string,
  account: AccountRow | undefined,
  { read, hasher, random, now }: Pick<StepContext, 'read' | 'hasher' | 'random' | 'now'>,
): Promise<PasswordCodeVerdict> {
  const accountId = account?.id ?? '';
  const row = await passwordCodeOf(read, accountId);
  const code = normalisePasswordCode(text);
  if (code === null) return { outcome: 'wrong' };
  const typed = await hashCode(['password-code', accountId, code], row?.salt ?? newSalt(hasher, random), hasher);
  const isRight = sameBytes(row ? Buffer.from(row.hash, 'base64url') : NOTHING, typed);
  if (!row || !isRight || account?.state !== 'active') return { outcome: 'wrong' };
  if (row.spent_at !== null) return { outcome: 'spent' };
  const isInTime = row.expired_at === null && row.expires_at > now && row.created_at <= now;
  return { outcome: isInTime ? 'matched' : 'expired', id: row.id };
}

/** Ends a code that was found expired (R86). */
export function endStartCode(id: string, { now }: StepContext): Effect {
  return effect((tx) => expirePasswordCode(tx, id, now));
}
