import type { en } from './en.ts';

/** One text for each plural category of `Intl.PluralRules`. The value `count` selects the category. */
export type PluralText = { readonly other: string } & Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
/** A text, in which `{places}` are filled in. */
export type Text = string | PluralText;
/** The key of a text. */
export type Key = keyof (typeof first)['en'] | keyof typeof en;
/** Every text of every element. */
export type Messages = Readonly<Record<Key, Text>>;
/** A language of the catalogues. */
export type Language = keyof typeof first;
/** The values of the `{places}` of a text, by name. */
export type Values = Readonly<Record<string, string | number>>;

/**
 * Chooses the plural form of a text and fills in its `{places}`. A place without a value stays as it is.
 * @param language BCP 47 tag whose plural rules apply
 */
export const fill = (text: Text, values: Values, language: string): string =>
  pluralForm(text, Number(values.count), language).replace(/\{([a-z]+)\}/g, (place, name: string) =>
    String(values[name] ?? place),
  );

const pluralForm = (text: Text, count: number, language: string): string =>
  typeof text === 'string' ? text : (text[new Intl.PluralRules(language).select(count)] ?? text.other);

/** The texts of the first screen. They are part of the element's own file. */
export const first = {
  en: {
    'organisation.heading': 'Choose your organisation',
    'organisation.label': 'Organisation',
    'organisation.choose': 'Choose your organisation from the list.',
    'username.heading': 'Log in',
    'username.label': 'Username',
    'username.missing': 'Enter your username.',
    'too-long': 'Enter at most {count} characters.',
    continue: 'Continue',
    'log-in': 'Log in',
    retry: 'Try again',
    'problem.network': 'There’s no connection. Check your internet connection and try again.',
  },
  nl: {
    'organisation.heading': 'Kies je organisatie',
    'organisation.label': 'Organisatie',
    'organisation.choose': 'Kies je organisatie uit de lijst.',
    'username.heading': 'Inloggen',
    'username.label': 'Gebruikersnaam',
    'username.missing': 'Vul je gebruikersnaam in.',
    'too-long': 'Vul hoogstens {count} tekens in.',
    continue: 'Doorgaan',
    'log-in': 'Inloggen',
    retry: 'Opnieuw proberen',
    'problem.network': 'Er is geen verbinding. Controleer je internetverbinding en probeer het opnieuw.',
  },
};

/** The texts of each language after the first screen. They are fetched together with the code of the flow. */
export const catalogues: Record<Language, () => Promise<Partial<Messages>>> = {
  en: async () => (await import('./en.ts')).en,
  nl: async () => (await import('./nl.ts')).nl,
};
