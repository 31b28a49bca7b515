import { askedByAnother, type MailTemplate } from './template.ts';

/** An invitation: the link leads to a password and a second factor (D9). */
export const activation: MailTemplate = {
  en: ({ organisation, username, until }) => ({
    subject: `Your account at ${organisation} is ready for you`,
    text: [
      `${organisation} has made an account for you. Your username is ${username}.`,
      'Choose a password, and set up the second step that protects your account. It takes about five minutes.',
      `The link works once, until ${until}. After that you can ask for a new one on the same page.`,
    ],
    button: 'Choose a password',
    notMe: [
      `Do you not know ${organisation}? Then this mail came to the wrong address. Delete it: without the link nothing happens.`,
    ],
  }),
  nl: ({ organisation, username, until }) => ({
    subject: `Je account bij ${organisation} staat klaar`,
    text: [
      `${organisation} heeft een account voor je gemaakt. Je gebruikersnaam is ${username}.`,
      'Kies een wachtwoord en stel de tweede stap in die je account beschermt. Dat duurt ongeveer vijf minuten.',
      `De link werkt één keer, tot ${until}. Daarna vraag je op dezelfde pagina een nieuwe aan.`,
    ],
    button: 'Kies een wachtwoord',
    notMe: [
      `Ken je ${organisation} niet? Dan kwam deze mail op het verkeerde adres. Gooi hem weg: zonder de link gebeurt er niets.`,
    ],
  }),
};

/** 'Forgot password' (K5). */
export const reset: MailTemplate = {
  en: ({ organisation, until }) => ({
    subject: `Choose a new password for ${organisation}`,
    text: [
      `Somebody asked for a new password for your account at ${organisation}. If it was you, choose one now.`,
      `The link works once, until ${until}.`,
    ],
    button: 'Choose a new password',
    notMe: askedByAnother.en,
  }),
  nl: ({ organisation, until }) => ({
    subject: `Kies een nieuw wachtwoord voor ${organisation}`,
    text: [
      `Iemand vroeg een nieuw wachtwoord aan voor je account bij ${organisation}. Was jij dat, kies er dan nu een.`,
      `De link werkt één keer, tot ${until}.`,
    ],
    button: 'Kies een nieuw wachtwoord',
    notMe: askedByAnother.nl,
  }),
};

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

/** Confirms the address of somebody who registers (T1). */
export const registration: MailTemplate = {
  en: ({ organisation, until }) => ({
    subject: `Confirm your address for ${organisation}`,
    text: [
      `You are about to make an account at ${organisation} with this address. Confirm it, and choose a password.`,
      `The link works once, until ${until}.`,
    ],
    button: 'Confirm and go on',
    notMe: askedByAnother.en,
  }),
  nl: ({ organisation, until }) => ({
    subject: `Bevestig je adres voor ${organisation}`,
    text: [
      `Je maakt een account bij ${organisation} met dit adres. Bevestig het en kies een wachtwoord.`,
      `De link werkt één keer, tot ${until}.`,
    ],
    button: 'Bevestig en ga verder',
    notMe: askedByAnother.nl,
  }),
};

/** Somebody registered with an address that has an account: only its owner learns that (R55). */
export const registrationExisting: MailTemplate = {
  en: ({ organisation, settings }) => ({
    subject: `You have an account at ${organisation} already`,
    text: [
      `Somebody wanted to make an account at ${organisation} with this address. You have one already, so nothing was made.`,
      `Log in with this address: ${settings}`,
      "Is your password gone? Then choose 'Forgot password' there.",
    ],
    notMe: askedByAnother.en,
  }),
  nl: ({ organisation, settings }) => ({
    subject: `Je hebt al een account bij ${organisation}`,
    text: [
      `Iemand wilde met dit adres een account maken bij ${organisation}. Je hebt er al een, dus er is niets gemaakt.`,
      `Meld je aan met dit adres: ${settings}`,
      "Wachtwoord kwijt? Kies daar 'Wachtwoord vergeten'.",
    ],
    notMe: askedByAnother.nl,
  }),
};
