import { type Language, languages } from '@tweestap/protocol';

/** One language range of `Accept-Language` that names one of ours, and its weight. */
const RANGE = new RegExp(
  `^\\s*(${languages.join('|')})(?:-[a-z0-9-]+)?\\s*(?:;\\s*q=([01](?:\\.\\d{0,3})?))?\\s*$`,
  'i',
);

/**
 * The language of the organisation's own texts that a browser prefers, of those that there are; the first one when it
 * prefers none of them (RFC 9110 §12.5.4).
 */
export function languageOf(header: string | undefined): Language {
  let best: { language: Language; weight: number } = { language: languages[0], weight: 0 };
  for (const part of (header ?? '').slice(0, 200).split(',')) {
    const [, tag = '', q] = RANGE.exec(part) ?? [];
    const language = languages.find((known) => known === tag.toLowerCase());
    const weight = Number(q ?? 1);
    if (language && weight > best.weight) best = { language, weight };
  }
  return best.language;
}
