import type { en } from './en.ts';

/** Every text of every element; `{places}` in a text are filled in. */
export type Messages = (typeof first)['en'] & typeof en;
export type Key = keyof Messages;
export type Language = keyof typeof first;
export type Values = Readonly<Record<string, string | number>>;

/** Fills the `{places}` of a text; a place without a value stays as it is. */
export const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{([a-z]+)\}/g, (place, name: string) => String(values[name] ?? place));

/** The texts of the first screen: they come with the element. */
export const first = {
  en: {
    'organisation.heading': 'Choose your organisation',
    'organisation.label': 'Organisation',
    'organisation.choose': 'Choose your organisation from the list.',
    'username.heading': 'Log in',
    'username.label': 'Username',
    'username.missing': 'Type your username.',
    continue: 'Continue',
    'log-in': 'Log in',
    retry: 'Try again',
    'problem.network': 'There is no connection. Check your internet and try again.',
  },
  nl: {
    'organisation.heading': 'Kies je organisatie',
    'organisation.label': 'Organisatie',
    'organisation.choose': 'Kies je organisatie uit de lijst.',
    'username.heading': 'Inloggen',
    'username.label': 'Gebruikersnaam',
    'username.missing': 'Typ je gebruikersnaam.',
    continue: 'Doorgaan',
    'log-in': 'Inloggen',
    retry: 'Probeer opnieuw',
    'problem.network': 'Er is geen verbinding. Controleer je internet en probeer het opnieuw.',
  },
};

/** The list of languages: the texts after the first screen, fetched beside the flow's half. */
export const catalogues: Record<Language, () => Promise<Partial<Messages>>> = {
  en: async () => (await import('./en.ts')).en,
  nl: async () => (await import('./nl.ts')).nl,
};
