import type { Language } from '@tweestap/protocol';

/** What a letter is about; plain text. */
export interface LetterFacts {
  organisation: string;
  username: string;
  /** Until when the link is good, as people say it. */
  until: string;
}

interface LetterWords {
  heading: string;
  hello(name: string): string;
  lead(facts: LetterFacts): string;
  steps(facts: LetterFacts): readonly string[];
  qr: string;
  username: string;
  link: string;
  good: string;
  late: string;
  secret: string;
}

/** What a letter is for: beginning an account, or choosing a new password. */
export type LetterAbout = 'activate' | 'reset';

const activate: Readonly<Record<Language, LetterWords>> = {
  en: {
    heading: 'Your account is ready for you',
    hello: (name) => (name === '' ? 'Hello,' : `Hello ${name},`),
    lead: ({ organisation }) =>
      `${organisation} has made an account for you. You log in in two steps: with a password that only you know, and with a code from an app on your phone. Setting it up takes about five minutes.`,
    steps: () => [
      'Point the camera of your phone at the square below, or type the address beside it into a browser.',
      'Choose a password.',
      'Install a free authenticator app, and follow the page: it tells you what to do at each step.',
      'Keep the recovery codes that you get at the end. They let you in when you don’t have your phone.',
    ],
    qr: 'QR code of the address beside it',
    username: 'Your username',
    link: 'The address',
    good: 'Works once, until',
    late: 'Is it later than that, or does the address not work? Ask for a new letter; the old one is worth nothing then.',
    secret:
      'Keep this letter to yourself until you have chosen a password. Nobody will ever ask you for that password, or for a code: not on the phone, and not by mail.',
  },
  nl: {
    heading: 'Je account staat klaar',
    hello: (name) => (name === '' ? 'Dag,' : `Dag ${name},`),
    lead: ({ organisation }) =>
      `${organisation} heeft een account voor je gemaakt. Aanmelden gaat in twee stappen: met een wachtwoord dat alleen jij kent, en met een code uit een app op je telefoon. Het instellen duurt ongeveer vijf minuten.`,
    steps: () => [
      'Richt de camera van je telefoon op het vierkant hieronder, of typ het adres dat ernaast staat in een browser.',
      'Kies een wachtwoord.',
      'Installeer een gratis authenticatie-app en volg de pagina: die zegt bij elke stap wat je moet doen.',
      'Bewaar de herstelcodes die je aan het eind krijgt. Daarmee kom je binnen als je je telefoon niet bij je hebt.',
    ],
    qr: 'QR-code van het adres ernaast',
    username: 'Je gebruikersnaam',
    link: 'Het adres',
    good: 'Werkt één keer, tot',
    late: 'Is het later, of werkt het adres niet? Vraag een nieuwe brief; de oude is dan niets meer waard.',
    secret:
      'Houd deze brief voor jezelf tot je een wachtwoord hebt gekozen. Niemand zal je ooit om dat wachtwoord of om een code vragen: niet aan de telefoon en niet per mail.',
  },
};

const reset: Readonly<Record<Language, LetterWords>> = {
  en: {
    heading: 'Choose a new password',
    hello: activate.en.hello,
    lead: ({ organisation }) =>
      `The help desk of ${organisation} has started a new password for your account. Keep your authenticator app or one of your recovery codes at hand: you need it first.`,
    steps: () => [
      'Point the camera of your phone at the square below, or type the address beside it into a browser.',
      'Enter the code from your authenticator app, or a recovery code.',
      'Choose a new password, and log in with it.',
    ],
    qr: activate.en.qr,
    username: activate.en.username,
    link: activate.en.link,
    good: activate.en.good,
    late: 'Is it later than that, or does the address not work? Ask the help desk for a new letter.',
    secret:
      'Keep this letter to yourself until you have chosen a password. Nobody will ever ask you for that password, or for a code: not on the phone, and not by mail.',
  },
  nl: {
    heading: 'Kies een nieuw wachtwoord',
    hello: activate.nl.hello,
    lead: ({ organisation }) =>
      `De helpdesk van ${organisation} heeft een nieuw wachtwoord voor je account gestart. Houd je authenticatie-app of een herstelcode bij de hand: die heb je eerst nodig.`,
    steps: () => [
      'Richt de camera van je telefoon op het vierkant hieronder, of typ het adres dat ernaast staat in een browser.',
      'Typ de code uit je authenticatie-app, of een herstelcode.',
      'Kies een nieuw wachtwoord en meld je daarmee aan.',
    ],
    qr: activate.nl.qr,
    username: activate.nl.username,
    link: activate.nl.link,
    good: activate.nl.good,
    late: 'Is het later, of werkt het adres niet? Vraag de helpdesk om een nieuwe brief.',
    secret:
      'Houd deze brief voor jezelf tot je een wachtwoord hebt gekozen. Niemand zal je ooit om dat wachtwoord of om een code vragen: niet aan de telefoon en niet per mail.',
  },
};

export const letterWords: Readonly<Record<LetterAbout, Readonly<Record<Language, LetterWords>>>> = { activate, reset };
