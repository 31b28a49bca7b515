import type { PasswordFault } from '@tweestap/protocol';
import { dictionary } from '@zxcvbn-ts/language-common';

/**
 * The maximum length of a password, in code points (D10): long enough for any passphrase. A longer one is refused, not
 * truncated.
 */
export const MAX_PASSWORD_LENGTH = 256;
/** Shorter names are not forbidden, because too many words contain them. */
const MIN_NAME_LENGTH = 4;

/** The values that a new password is checked against. */
export interface PasswordRules {
  /** The minimum length in code points: `minPasswordLength(policy)`. */
  minLength: number;
  /** Must not be part of the password. */
  username: string;
  /** Neither the id nor the name may be part of the password. */
  organisation: { id: string; name: string };
}

/**
 * Returns why a new password is refused, or null if it is accepted (D10, NIST SP 800-63B-4 §3.1.1.2). There are no
 * composition rules. Lengths are counted in code points of the NFC form. The search for names ignores case, spaces and
 * punctuation.
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

/**
 * Words that the maintained list lacks, in lower case: Dutch words, and short words that are often followed by digits or
 * punctuation. That suffix is removed before the lookup (`zomer2026!` becomes `zomer`), so the words are listed without it.
 */
const OWN_WORDS = `
aaaaaa aanmelden aap abcabc abcdef abcdefg abcdefgh adelaar antwerpen appeltaart baas beheer beheerder belgie berlijn
bestfriends bloem bloemen broer cat chocolade computerkamer correcthorsebatterystaple delft dinsdag docent dog dokter
dolfijn donderdag draak duivel eindhoven februari fortnite gast gebruiker gebruikersnaam geenwachtwoord geld geluk
gelukkig goedemorgen goedendag goud groningen heerenveen herfst hetwachtwoord hond hondje iets ikhouvanjou
ikhouvanjullie inloggen instagram judo juf kaas kat kerst kerstmis kliniek koning koningin korfbal leerling leeuw
leiden lelie lente leraar lieverd linkedin login maart mama may mei mijnwachtwoord moeder netherlands niets
nieuwwachtwoord nijmegen oldpassword p@ssword pa$$word paard pannenkoek papa parijs prins prinses proef proefaccount
psv qwertz roblox schat schoolschool secretpassword sesamopenu sinaasappel sinterklaas standaard stroopwafel studie
superpassword superuser systeem test123test therapie toegang tulp tulpen twente twitter verander veranderen veranderme
vis vlinder vrede vrienden vrijdag vrijheid wachtw00rd wachtwoordje wachtwoordwachtwoord welc0me welk0m whatsapp
wijzigen woensdag zaterdag ziekenhuis zilver zomer zondag zonnebloem zonneschijn zonnetje zorg zorgverlener zus
`;

/**
 * Shorter entries of the list are ignored, because random passwords contain them: `x7!49-28` without digits and
 * punctuation is `x`.
 */
const MIN_LISTED_LENGTH = 4;

/** Keyboard rows and sequences. A password that is a part of one, forwards or backwards, is common. */
const WALKS = [
  '01234567890123456789012345678901234567890',
  'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnmqwertyuiop',
  'azertyuiopqsdfghjklmwxcvbn',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
  'qazwsxedcrfvtgbyhnujmikolp',
  '!@#$%^&*()_+',
];
const MAX_REPEATED_UNIT = 6;

let loaded: ReadonlySet<string> | undefined;

/** Built when the first password is checked. Takes 17 ms and 4 MB, which a process without new passwords saves. */
function commonWords(): ReadonlySet<string> {
  const listed = (word: string): boolean => word.length >= MIN_LISTED_LENGTH;
  loaded ??= new Set([...dictionary['passwords-common'].filter(listed), ...OWN_WORDS.trim().split(/\s+/)]);
  return loaded;
}

/**
 * Returns whether a password is on the list of common and leaked ones (NIST SP 800-63B-4 §3.1.1.2), a keyboard sequence or
 * a repetition. `folded` is the password in NFC and lower case.
 */
function isCommonPassword(folded: string): boolean {
  const words = commonWords();
  const unspaced = folded.replace(/[\s._-]+/g, '');
  const stem = unspaced.replace(/[\d\p{P}\p{S}]+$/u, '').replace(/^[\d\p{P}\p{S}]+/u, '');
  return [folded, unspaced, stem].some((text) => words.has(text)) || isWalk(unspaced) || isRepetition(unspaced, words);
}

function isWalk(text: string): boolean {
  const backwards = [...text].reverse().join('');
  return text.length > 0 && WALKS.some((walk) => walk.includes(text) || walk.includes(backwards));
}

/** Returns whether a text repeats one to six characters, or one common word. */
function isRepetition(text: string, words: ReadonlySet<string>): boolean {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const unit = text.slice(0, length);
    const repeats = unit.repeat(Math.ceil(text.length / length)).startsWith(text);
    if (repeats && (length <= MAX_REPEATED_UNIT || words.has(unit))) return true;
  }
  return false;
}
