import type { Language } from '@tweestap/protocol';
import type { OwnWords } from './schema.ts';

/** A text in a language. */
export function inLanguage(given: OwnWords['text'], language: Language): string {
  return typeof given === 'string' ? given : given[language];
}

/** Own words as the wire has them. */
export function wordsIn({ text, url }: OwnWords, language: Language): { text: string; url?: string } {
  return { text: inLanguage(text, language), ...(url === undefined ? {} : { url }) };
}
