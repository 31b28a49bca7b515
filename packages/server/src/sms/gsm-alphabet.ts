/*
 * The default alphabet of text messages (3GPP TS 23.038 §6.2.1). A message with any other character is sent in UCS-2, which
 * has 70 characters instead of 160, so it costs two or three messages.
 */

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** These take the space of two characters. */
const EXTENDED = '^{}\\[~]|€\f';

const basic: ReadonlySet<string> = new Set(BASIC);
const extended: ReadonlySet<string> = new Set(EXTENDED);

/** The characters of one text message. */
export const GSM_LENGTH = 160;

/** Whether a text is sent in the default alphabet. */
export function isGsm(text: string): boolean {
  return [...text].every((character) => basic.has(character) || extended.has(character));
}

/** The space that a text of the default alphabet takes. */
export function gsmLength(text: string): number {
  return [...text].reduce((length, character) => length + (extended.has(character) ? 2 : 1), 0);
}

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ '‘': "'", '’': "'", '“': '"', '”': '"', '–': '-', '—': '-', '…': '...', '\u00a0': ' ' },
  ...{ Œ: 'OE', œ: 'oe', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', þ: 'th', Þ: 'Th', '·': '-', '•': '-' },
};

/** The shortest part of a name that still says something. */
const MIN_LENGTH = 4;

/**
 * Writes a name in the default alphabet, without the accents that it lacks, and shortens it to a length. Returns an empty
 * text when the name has characters of another script, or when too little of it would be left.
 */
export function fitGsm(name: string, longest: number): string {
  const plain = [
    ...name
      .normalize('NFC')
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim(),
  ]
    .map(inAlphabet)
    .join('');
  if (!isGsm(plain)) return '';
  if (gsmLength(plain) <= longest) return plain;
  let short = '';
  for (const character of plain) {
    if (gsmLength(short + character) > longest - 3) break;
    short += character;
  }
  const whole = short.replace(/[\s,;:-]+$/, '');
  return whole.length < MIN_LENGTH ? '' : `${whole}...`;
}

function inAlphabet(character: string): string {
  if (basic.has(character) || extended.has(character)) return character;
  return LOOK_ALIKES[character] ?? character.normalize('NFKD').replace(/\p{M}/gu, '');
}
