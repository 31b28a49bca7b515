import type { Language } from '@tweestap/protocol';

/** The values in the texts of a letter, as plain text. */
export interface LetterFacts {
  /** The name of the organisation. */
  organisation: string;
  /** The user's username. */
  username: string;
  /** When the link expires, in the language of the letter. */
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
  validUntil: string;
  expired: string;
  secret: string;
}

/** The purpose of a letter: activating an account, or choosing a new password. */
export type LetterAbout = 'activate' | 'reset';

const activate: Readonly<Record<Language, LetterWords>> = {
  en: {
    heading: 'Your account is ready',
    hello: (name) => (name === '' ? 'Hello,' : `Hello ${name},`),
    lead: ({ organisation }) =>
      `${organisation} has created an account for you. You log in with a password that only you know and a code from an app on your phone. Setting this up takes about five minutes.`,
    steps: () => [
      'Scan the QR code below with the camera of your phone, or enter the address next to it in a browser.',
      'Choose a password.',
      'Install a free authenticator app, and follow the instructions on the page.',
      'Keep the recovery codes that you get at the end. You can use them to log in when you don’t have your phone.',
    ],
    qr: 'QR code of the address next to it',
    username: 'Your username',
    link: 'Address',
    validUntil: 'Works once. Valid until',
    expired: 'If the address has expired or does not work, ask for a new letter. This letter will then no longer work.',
    secret:
      'Don’t show this letter to anyone until you have chosen a password. No one will ever ask you for this password or for a code, either by phone or by email.',
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
    validUntil: 'Werkt één keer, tot',
    expired: 'Is het later, of werkt het adres niet? Vraag een nieuwe brief; de oude is dan niets meer waard.',
    secret:
      'Houd deze brief voor jezelf tot je een wachtwoord hebt gekozen. Niemand zal je ooit om dat wachtwoord of om een code vragen: niet aan de telefoon en niet per mail.',
  },
};

const reset: Readonly<Record<Language, LetterWords>> = {
  en: {
    heading: 'Choose a new password',
    hello: activate.en.hello,
    lead: ({ organisation }) =>
      `The help desk of ${organisation} has made it possible for you to choose a new password. You first need your authenticator app or one of your recovery codes.`,
    steps: () => [
      'Scan the QR code below with the camera of your phone, or enter the address next to it in a browser.',
      'Enter the code from your authenticator app, or a recovery code.',
      'Choose a new password, and log in with it.',
    ],
    qr: activate.en.qr,
    username: activate.en.username,
    link: activate.en.link,
    validUntil: activate.en.validUntil,
    expired: 'If the address has expired or does not work, ask the help desk for a new letter.',
    secret:
      'Don’t show this letter to anyone until you have chosen a password. No one will ever ask you for this password or for a code, either by phone or by email.',
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
    validUntil: activate.nl.validUntil,
    expired: 'Is het later, of werkt het adres niet? Vraag de helpdesk om een nieuwe brief.',
    secret:
      'Houd deze brief voor jezelf tot je een wachtwoord hebt gekozen. Niemand zal je ooit om dat wachtwoord of om een code vragen: niet aan de telefoon en niet per mail.',
  },
};

/** The texts of letters by purpose and language. */
export const letterWords: Readonly<Record<LetterAbout, Readonly<Record<Language, LetterWords>>>> = { activate, reset };
