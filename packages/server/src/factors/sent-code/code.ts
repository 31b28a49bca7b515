import type { Keyring } from '../../crypto/keyring.ts';
import type { Random } from '../../crypto/tokens.ts';
import type { ChallengeRow } from '../../store/schema.ts';

/** The number of digits of a code that is sent (SP 800-63B-4 §3.1.3.2 requires at least six). */
export const SENT_DIGITS = 6;
/** How long a sent code is valid, in ms (SP 800-63B-4 §3.1.3.2: at most ten minutes). */
export const SENT_CODE_LIFETIME_MS = 10 * 60_000;

/** In ms: the wait after the first message of a flow; each further message doubles it. */
const FIRST_RESEND_WAIT_MS = 30_000;
/** In ms: no wait is longer than the life of a code. */
const MAX_RESEND_WAIT_MS = SENT_CODE_LIFETIME_MS;

const CODES = 10 ** SENT_DIGITS;
/** The largest multiple of the number of codes in 32 bits. Numbers from here on would make low codes more likely. */
const UNBIASED = Math.floor(2 ** 32 / CODES) * CODES;

/** A random code, in which every value is equally likely. */
export function newSentCode(random: Random): string {
  for (;;) {
    const number = Buffer.from(random(4)).readUInt32BE(0);
    if (number < UNBIASED) return String(number % CODES).padStart(SENT_DIGITS, '0');
  }
}

/** The wait until another message may be requested, in ms, after `sent` messages. */
export function resendWait(sent: number): number {
  return Math.min(MAX_RESEND_WAIT_MS, FIRST_RESEND_WAIT_MS * 2 ** (sent - 1));
}

type Bound = Pick<ChallengeRow, 'id' | 'flow_id' | 'account_id' | 'method'>;

/** The stored hash of a code. It is bound to challenge, flow, account and step, so a row that is copied matches nothing. */
export function hashSentCode(code: string, row: Bound, keyring: Pick<Keyring, 'hash'>): string {
  return keyring.hash(code, bindingOf(row));
}

/** Whether a code is that of a challenge. */
export function isSentCode(code: string, row: ChallengeRow, keyring: Pick<Keyring, 'matches'>): boolean {
  return keyring.matches(row.code_hash, code, bindingOf(row));
}

/** The stored hash of a phone number or email address: a number is short enough to be guessed from a plain hash (R25). */
export function hashDestination(address: string, accountId: string, keyring: Pick<Keyring, 'hash'>): string {
  return keyring.hash(address, ['destination', accountId]);
}

/** Whether a challenge was sent to this phone number or email address. */
export function isDestination(address: string, row: ChallengeRow, keyring: Pick<Keyring, 'matches'>): boolean {
  return keyring.matches(row.destination_hash, address, ['destination', row.account_id]);
}

function bindingOf({ id, flow_id, account_id, method }: Bound): string[] {
  return ['sent-code', method, flow_id, account_id, id];
}

/** Whether a code is still valid at a time in ms since the epoch. After the clock was set back, none is (R86). */
export function isLiveChallenge(row: ChallengeRow, now: number): boolean {
  return row.spent_at === null && row.voided_at === null && row.created_at <= now && now < row.expires_at;
}
