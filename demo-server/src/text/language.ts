import { type Language, languages } from '@tweestap/protocol/constants';

/** A text in every language of the demo. */
export type Words = Readonly<Record<Language, string>>;

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const isLanguage = (value: unknown): value is Language => languages.some((lang) => lang === value);
const isTheme = (value: unknown): value is Theme => themes.some((theme) => theme === value);

/** The language and the colour theme of the pages. */
export interface Preferences {
  lang: Language;
  theme: Theme;
}

/** The name of the cookie that stores the preferences. It contains no data about the user. */
export const preferencesCookie = 'demo-look';

/**
 * Chooses from the query first, then the cookie, then the browser's languages. The defaults are English and `auto`.
 * @param query of the address: `lang` and `theme`
 * @param cookie value of the preferences cookie, for example `nl.dark`
 * @param accept the Accept-Language header; its first supported language is used
 */
export function choosePreferences(
  query: URLSearchParams,
  cookie: string | undefined,
  accept: string | undefined,
): Preferences {
  const [storedLang, storedTheme] = (cookie ?? '').split('.');
  const accepted = (accept ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  const lang = [query.get('lang'), storedLang, ...accepted].find(isLanguage) ?? 'en';
  const theme = [query.get('theme'), storedTheme].find(isTheme) ?? 'auto';
  return { lang, theme };
}
