import { domainToASCII } from 'node:url';

const MAX_LENGTH = 256;
/** Controls, surrogates, private use, line separators, and all that shows as nothing: bidi marks, zero widths, fillers. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Full-width and small commercial at: they show as @ and are none. */
const AT_LOOK_ALIKE = /[\uff20\ufe6b]/u;
/** RFC 1123 §2.1: a label of a host name neither begins nor ends with a hyphen. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** A username or an address can't be one at all; the same for everybody, so it tells nothing about accounts. */
export class UsernameError extends Error {
  readonly code: 'empty' | 'too-long' | 'invisible-character' | 'look-alike-at' | 'not-an-address';
  constructor(code: UsernameError['code'], message: string) {
    super(message);
    this.name = 'UsernameError';
    this.code = code;
  }
}

/**
 * The unique key of a username (R47, R58): NFC, case-folded, outer spaces removed and inner ones collapsed. All spellings
 * of a name have one key, so one account and one counter.
 *
 * Case is folded as Unicode's full folding does (`ß` = `ẞ` = `ss`, `ς` = `σ`, ligatures taken apart), without a locale, with one
 * difference on the safe side: the dotless `ı` is the same as `i`, since people's keyboards disagree about them.
 * @throws UsernameError
 */
export function usernameKey(text: string): string {
  const spaced = text
    .replace(/[\t\r\n]+$|^[\t\r\n]+/g, '')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  if (spaced === '') throw new UsernameError('empty', 'The name is empty.');
  if (spaced.length > MAX_LENGTH)
    throw new UsernameError('too-long', `The name is longer than ${MAX_LENGTH} characters.`);
  if (INVISIBLE.test(spaced)) {
    throw new UsernameError('invisible-character', 'The name holds a character that can not be seen.');
  }
  if (AT_LOOK_ALIKE.test(spaced))
    throw new UsernameError('look-alike-at', 'The name holds a character that looks like @.');
  // Unicode §3.13, D145: normalised before folding as well, for marks that become letters (U+0345).
  return foldCase(spaced.normalize('NFC')).normalize('NFC');
}

/**
 * The unique key of an e-mail address: `usernameKey` of the whole, with the domain in its ASCII form, so that an
 * internationalised domain and its `xn--` spelling are one.
 * @throws UsernameError
 */
export function emailKey(text: string): string {
  const key = usernameKey(text);
  const [local, domain, ...rest] = key.split('@');
  const ascii = domain && /^[^\s/\\:?#[\]]+$/u.test(domain) ? domainToASCII(domain) : '';
  const named = ascii.split('.').every((label) => LABEL.test(label));
  if (!local || /\s/.test(local) || !named || rest.length > 0) {
    throw new UsernameError('not-an-address', 'This is no e-mail address; expected name@domain.');
  }
  return `${local}@${ascii}`;
}

/** Up and down again folds what lower case alone leaves apart; first down, for capitals without a way back (ẞ). */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase();
}
