import type { PasswordFault } from '@tweestap/protocol';
import { isCommonPassword } from './common-passwords.ts';

/** D10: long enough for any pass phrase; nothing is ever cut off. In code points. */
export const MAX_PASSWORD_LENGTH = 256;
/** Shorter names are part of too many words to forbid them. */
const MIN_NAME_LENGTH = 4;

export interface PasswordRules {
  /** In code points: `minPasswordLength(policy)`. */
  minLength: number;
  username: string;
  organisation: { id: string; name: string };
}

/**
 * Why a new password can't be taken, or null when it can (D10, NIST SP 800-63B-4 §3.1.1.2). No composition rules. Lengths
 * are counted in code points of the NFC form. Names are looked for without regard to case, spaces and signs.
 */
export function passwordFault(password: string, rules: PasswordRules): PasswordFault | null {
  const normalised = password.normalize('NFC');
  const length = [...normalised].length;
  if (length < rules.minLength) return 'too-short';
  if (length > MAX_PASSWORD_LENGTH) return 'too-long';
  const folded = normalised.toLowerCase();
  if (isCommonPassword(folded)) return 'common';
  const [localPart = ''] = rules.username.split('@');
  if (contains(folded, [rules.username, localPart])) return 'contains-username';
  if (contains(folded, [rules.organisation.id, rules.organisation.name])) return 'contains-organisation';
  return null;
}

function contains(folded: string, names: readonly string[]): boolean {
  const plain = bare(folded);
  return names.map((name) => bare(name)).some((name) => name.length >= MIN_NAME_LENGTH && plain.includes(name));
}

function bare(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
