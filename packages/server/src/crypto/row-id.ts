import { type Random, toBase64Url } from './tokens.ts';

/** Ids that one millisecond has room for; the next one takes its time from the millisecond after. */
const IDS_A_MS = 32;
/** Digits of the time, base 32: enough for a thousand years, with the place within the millisecond as the last of them. */
const TIME_DIGITS = 10;
const RANDOM_BYTES = 9;

let last = 0;

/**
 * The id of a row, 22 characters of base64url: when it was made, then 72 random bits. No secret. Ids of one process sort as
 * text in the order in which they were made, in every collation, since the time has digits and lower-case letters only: rows
 * that are made together are together in an index, and a large table costs little more than a small one.
 */
export function newRowId(random: Random, now: number): string {
  // A clock that is set back, and more ids than a millisecond has room for, go on from the last one.
  last = Math.max(Math.floor(now) * IDS_A_MS, last + 1);
  return last.toString(IDS_A_MS).padStart(TIME_DIGITS, '0') + toBase64Url(random(RANDOM_BYTES));
}
