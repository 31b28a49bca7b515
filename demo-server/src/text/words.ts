import type { Language } from '@tweestap/protocol/constants';
import type { Words } from './language.ts';

/** The texts that the pages of the demo share. The texts of one portal are in `portals/`. */
const texts = {
  logIn: { nl: 'Inloggen', en: 'Log in' },
  logOut: { nl: 'Uitloggen', en: 'Log out' },
  forgetDevice: { nl: 'Dit apparaat vergeten', en: 'Forget this device' },
  settings: { nl: 'Inloggen en veiligheid', en: 'Login and security' },
  needsScript: {
    nl: 'Inloggen werkt alleen met JavaScript. Zet het aan en laad de pagina opnieuw.',
    en: 'You need JavaScript to log in. Turn it on and reload the page.',
  },
  hello: { nl: 'Hallo', en: 'Hello' },
  message: { nl: 'Bericht', en: 'Message' },
  freshCode: {
    nl: 'Voor deze dossiers bevestig je opnieuw dat jij het bent',
    en: 'You confirm that it’s you to open these',
  },
  withFactor: { nl: 'Ingelogd in twee stappen', en: 'Logged in with two-step login' },
  withoutFactor: { nl: 'Ingelogd zonder code', en: 'Logged in without a code' },
  stepUpHeading: { nl: 'Bevestig dat jij het bent', en: 'Confirm that it’s you' },
  stepUpText: {
    nl: 'Om dit te openen moet je in de afgelopen vijf minuten hebben bevestigd dat jij het bent.',
    en: 'To open this, you must have confirmed that it’s you in the last five minutes.',
  },
  stepUpImpossible: {
    nl: 'Je hebt inloggen in twee stappen nog niet ingesteld. Doe dat eerst.',
    en: 'You haven’t set up two-step login yet. Set it up first.',
  },
  setUp: { nl: 'Authenticatie-app instellen', en: 'Set up an authenticator app' },
  back: { nl: 'Terug', en: 'Back' },
  account: { nl: 'Je account', en: 'Your account' },
  fictitious: {
    nl: 'Deze organisatie bestaat niet echt. De pagina hoort bij de demo van Tweestap.',
    en: 'This organisation is fictitious. The page is part of the Tweestap demo.',
  },
  notFound: { nl: 'Pagina niet gevonden', en: 'Page not found' },
  notFoundText: {
    nl: 'Controleer het adres of ga naar de startpagina.',
    en: 'Check the address or go to the home page.',
  },
  toStart: { nl: 'Naar de startpagina', en: 'Go to the home page' },
} as const satisfies Record<string, Words>;

export type Word = keyof typeof texts;

/** The shared texts in one language. */
export const words =
  (lang: Language) =>
  (word: Word): string =>
    texts[word][lang];
