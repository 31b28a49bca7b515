import { type Language, languages } from '@tweestap/protocol/constants';

/** A text in every language of the demo. */
export type Words = Readonly<Record<Language, string>>;

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const isLanguage = (value: unknown): value is Language => languages.some((lang) => lang === value);
const isTheme = (value: unknown): value is Theme => themes.some((theme) => theme === value);

/** How this person wants the pages: what the address asks, else what was asked before, else what the browser says. */
export interface Taste {
  lang: Language;
  theme: Theme;
}

/** The name of the cookie that keeps a choice of language and look: nothing about the person. */
export const tasteCookie = 'demo-look';

/**
 * @param query of the address, `lang` and `theme`
 * @param cookie value of the taste cookie, `nl.dark`
 * @param accept the Accept-Language header; its first language that we have wins
 */
export function tasteOf(query: URLSearchParams, cookie: string | undefined, accept: string | undefined): Taste {
  const [keptLang, keptTheme] = (cookie ?? '').split('.');
  const asked = (accept ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  const lang = [query.get('lang'), keptLang, ...asked].find(isLanguage) ?? 'en';
  const theme = [query.get('theme'), keptTheme].find(isTheme) ?? 'auto';
  return { lang, theme };
}
