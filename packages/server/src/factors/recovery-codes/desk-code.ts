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
 * Verifies a typed code against the account's help-desk code. It is read from the database, so a code that is issued while
 * the flow is open works. The check costs one hash with or without such a code, so its time reveals nothing (R54).
 * @throws HasherBusyError
 */
export async function judgeHelpDeskCode(
  code: string,
  { kind, facts, read, hasher, now }: StepContext,
): Promise<DeskVerdict> {
  // A reset that the help desk started accepts only the user's own factors (R83).
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

/** Spends a help-desk code. A conflict is refused with `code-used`. */
export function spendHelpDeskCode(id: string, { now }: StepContext): Effect {
  return { lost: 'code-used', apply: (tx) => spendDeskCode(tx, id, now) };
}

/** Marks a help-desk code as expired, so a clock that is set back doesn't revive it (R86). */
export function expireHelpDeskCode(id: string, { now }: StepContext): Effect {
  return effect((tx) => expireDeskCode(tx, id, now));
}

type PasswordCodeVerdict = { outcome: 'matched' | 'expired'; id: string } | { outcome: 'wrong' | 'spent' };

/** The value that a hash is compared with if there is no code. No hash of 32 bytes is equal to it. */
const NOTHING = new Uint8Array();

/**
 * Verifies the help desk's code for a new password. It costs one query and one hash for every username, existing or not
 * (R53, R55). Text that can't be a code is refused without a hash, which reveals nothing about the account.
 * @throws HasherBusyError
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

/** Marks a code for a new password as expired, so a clock that is set back doesn't revive it (R86). */
export function expireHelpDeskPasswordCode(id: string, { now }: StepContext): Effect {
  return effect((tx) => expirePasswordCode(tx, id, now));
}
