import type { MailTemplate } from './template.ts';

/** The locked step's way by mail (K4): lifts the lock after wrong passwords, and nothing else. */
export const unlock: MailTemplate = {
  en: ({ organisation, until }) => ({
    subject: `Unlock your account at ${organisation}`,
    text: [
      `A wrong password was typed too often for your account at ${organisation}, so logging in has to wait.`,
      'With this link you can try again at once. Your password stays what it is.',
      `The link works once, until ${until}.`,
    ],
    button: 'Unlock the account',
    notMe: [
      'Did you not type those passwords? Then somebody is guessing. Leave the link alone: the lock ends by itself.',
      'If it goes on, tell the help desk.',
    ],
  }),
  nl: ({ organisation, until }) => ({
    subject: `Maak je account bij ${organisation} weer vrij`,
    text: [
      `Voor je account bij ${organisation} is te vaak een verkeerd wachtwoord getypt. Daarom moet aanmelden even wachten.`,
      'Met deze link probeer je het meteen opnieuw. Je wachtwoord blijft wat het is.',
      `De link werkt één keer, tot ${until}.`,
    ],
    button: 'Maak het account vrij',
    notMe: [
      'Heb jij die wachtwoorden niet getypt? Dan zit iemand te raden. Laat de link dan met rust: het slot gaat er vanzelf af.',
      'Gaat het door, laat het dan de helpdesk weten.',
    ],
  }),
};
