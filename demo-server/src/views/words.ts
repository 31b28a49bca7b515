import type { Language } from '@tweestap/protocol/constants';
import type { Words } from './language.ts';

/** The demo's own words, apart from those of each portal. */
const texts = {
  logIn: { nl: 'Aanmelden', en: 'Log in' },
  signOut: { nl: 'Afmelden', en: 'Sign out' },
  forgetDevice: { nl: 'Vergeet dit apparaat', en: 'Forget this device' },
  settings: { nl: 'Inloggen en veiligheid', en: 'Login and security' },
  toContent: { nl: 'Naar de inhoud', en: 'Skip to the content' },
  needsScript: {
    nl: 'Aanmelden werkt alleen met JavaScript. Zet het aan en laad de pagina opnieuw.',
    en: 'Logging in needs JavaScript. Switch it on and load the page again.',
  },
  hello: { nl: 'Dag', en: 'Hello' },
  message: { nl: 'Bericht', en: 'Message' },
  freshCode: { nl: 'Vraagt opnieuw om een code', en: 'Asks for a code again' },
  withFactor: { nl: 'Aangemeld met een code', en: 'Logged in with a code' },
  withoutFactor: { nl: 'Aangemeld zonder code', en: 'Logged in without a code' },
  stepUpHeading: { nl: 'Bevestig dat jij het bent', en: 'Confirm that it is you' },
  stepUpText: {
    nl: 'Dit dossier opent alleen na een code van de laatste vijf minuten.',
    en: 'This file opens only after a code from the last five minutes.',
  },
  stepUpImpossible: {
    nl: 'Die tweede stap heb je nog niet ingesteld. Doe dat eerst.',
    en: 'You have not set that second step up yet. Do that first.',
  },
  setUp: { nl: 'Authenticatie-app instellen', en: 'Set up an authenticator app' },
  back: { nl: 'Terug', en: 'Back' },
  account: { nl: 'Je account', en: 'Your account' },
  fictitious: {
    nl: 'Deze organisatie bestaat niet. De pagina hoort bij de demo van Tweestap.',
    en: 'This organisation does not exist. The page is part of Tweestap’s demo.',
  },
  notFound: { nl: 'Deze pagina bestaat niet', en: 'This page does not exist' },
  notFoundText: {
    nl: 'Kijk het adres na, of ga terug naar het begin.',
    en: 'Check the address, or go back to the start.',
  },
  toStart: { nl: 'Naar het begin', en: 'To the start' },
} as const satisfies Record<string, Words>;

export type Word = keyof typeof texts;

/** The demo's words in one language. */
export const words =
  (lang: Language) =>
  (word: Word): string =>
    texts[word][lang];
