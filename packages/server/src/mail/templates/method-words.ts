import type { Language, Method } from '@tweestap/protocol';

/** How emails speak about a factor. */
interface MethodWords {
  /** With its article, at the beginning of a sentence: 'An authenticator app'. */
  a: string;
  /** In the user's possession: 'Your authenticator app'. */
  your: string;
  /** What works once the factor was added: 'Its codes can now be used to log in.' */
  works: string;
  /** What no longer works once it was removed or replaced. */
  ends: string;
}

const words: Readonly<Partial<Record<Method, Readonly<Record<Language, MethodWords>>>>> = {
  totp: {
    en: {
      a: 'An authenticator app',
      your: 'Your authenticator app',
      works: 'Its codes can now be used to log in.',
      ends: 'Its codes no longer work.',
    },
    nl: {
      a: 'Een authenticatie-app',
      your: 'Je authenticatie-app',
      works: 'Met de codes van die app kan nu worden ingelogd.',
      ends: 'De codes van die app werken niet meer.',
    },
  },
  push: {
    en: {
      a: 'A phone',
      your: 'Your phone',
      works: 'It can now be used to approve logins.',
      ends: 'It can no longer approve logins.',
    },
    nl: {
      a: 'Een telefoon',
      your: 'Je telefoon',
      works: 'Daarmee kunnen nu inlogpogingen worden goedgekeurd.',
      ends: 'Daarmee kunnen geen inlogpogingen meer worden goedgekeurd.',
    },
  },
  sms: {
    en: {
      a: 'A phone number',
      your: 'Your phone number',
      works: 'Codes to log in are now sent to it.',
      ends: 'No codes are sent to it any more.',
    },
    nl: {
      a: 'Een telefoonnummer',
      your: 'Je telefoonnummer',
      works: 'Codes om in te loggen gaan nu naar dat nummer.',
      ends: 'Naar dat nummer gaan geen codes meer.',
    },
  },
  passkey: {
    en: { a: 'A passkey', your: 'Your passkey', works: 'It can now be used to log in.', ends: 'It no longer works.' },
    nl: {
      a: 'Een passkey',
      your: 'Je passkey',
      works: 'Daarmee kan nu worden ingelogd.',
      ends: 'Die passkey werkt niet meer.',
    },
  },
};

const other: Readonly<Record<Language, MethodWords>> = {
  en: {
    a: 'A second step',
    your: 'Your second step',
    works: 'It can now be used to log in.',
    ends: 'It no longer works.',
  },
  nl: {
    a: 'Een tweede stap',
    your: 'Je tweede stap',
    works: 'Daarmee kan nu worden ingelogd.',
    ends: 'Die werkt niet meer.',
  },
};

/** The words for a method in a language. Without a method, as in rows of an earlier version, those of an app. */
export function methodWords(method: Method | undefined, language: Language): MethodWords {
  return words[method ?? 'totp']?.[language] ?? other[language];
}
