import { domainToASCII } from 'node:url';

const MAX_LENGTH = 256;
/**
 * Control, surrogate and private-use characters, line separators, and invisible characters: bidi marks, zero widths,
 * fillers.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** The full-width and the small commercial at, which look like @. */
const AT_LOOK_ALIKE = /[\uff20\ufe6b]/u;
/** RFC 1123 §2.1: a label of a host name does not start or end with a hyphen. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * A text can't be a username or an email address. The check does not depend on accounts, so it reveals nothing about
 * them.
 */
export class UsernameError extends Error {
  readonly code: 'empty' | 'too-long' | 'invisible-character' | 'look-alike-at' | 'not-an-address';
  constructor(code: UsernameError['code'], message: string) {
    super(message);
    this.name = 'UsernameError';
    this.code = code;
  }
}

/**
 * Returns the unique key of a username (R47, R58): in NFC, case-folded, with outer spaces removed and inner ones collapsed.
 * All spellings of a name have one key, and therefore one account and one counter.
 *
 * Case is folded like Unicode's full case folding (`ß` = `ẞ` = `ss`, `ς` = `σ`, ligatures decomposed), without a locale.
 * The one difference makes more names equal: the dotless `ı` equals `i`, because keyboards treat them differently.
 * @throws UsernameError
 */
export function usernameKey(text: string): string {
  const spaced = text
    .replace(/[\t\r\n]+$|^[\t\r\n]+/g, '')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  if (spaced === '') throw new UsernameError('empty', 'The name is empty.');
  if (spaced.length > MAX_LENGTH)
    throw new UsernameError('too-long', `The name must have at most ${MAX_LENGTH} characters.`);
  if (INVISIBLE.test(spaced)) {
    throw new UsernameError('invisible-character', 'The name contains an invisible character.');
  }
  if (AT_LOOK_ALIKE.test(spaced))
    throw new UsernameError('look-alike-at', 'The name contains a character that looks like @.');
  // Unicode §3.13, D145: also normalised before folding, for marks that become letters (U+0345).
  return foldCase(spaced.normalize('NFC')).normalize('NFC');
}

/**
 * Returns the unique key of an email address: its `usernameKey` with the domain in ASCII form, so that an internationalised
 * domain and its `xn--` form are equal.
 * @throws UsernameError
 */
export function emailKey(text: string): string {
  const key = usernameKey(text);
  const [local, domain, ...rest] = key.split('@');
  const ascii = domain && /^[^\s/\\:?#[\]]+$/u.test(domain) ? domainToASCII(domain) : '';
  const named = ascii.split('.').every((label) => LABEL.test(label));
  if (!local || /\s/.test(local) || !named || rest.length > 0) {
    throw new UsernameError('not-an-address', 'The email address is invalid; expected name@domain.');
  }
  return `${local}@${ascii}`;
}

/**
 * Folds case. The conversion to upper case and back makes spellings equal that lower case alone keeps apart. The first
 * conversion to lower case is for capitals that the conversion to upper case would not change (ẞ).
 */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase();
}

/** Whether the name that a user gives to a factor is valid. It is shown to users, so it follows the rules of usernames (R58). */
export function isName(text: string): boolean {
  try {
    usernameKey(text);
    return true;
  } catch (error) {
    if (error instanceof UsernameError) return false;
    throw error;
  }
}
