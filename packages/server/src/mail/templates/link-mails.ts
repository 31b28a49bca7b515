import { askedByAnother, type MailTemplate } from './template.ts';

/** An invitation: the link leads to choosing a password and setting up a second factor (D9). */
export const activation: MailTemplate = {
  en: ({ organisation, username, until }) => ({
    subject: `Your account at ${organisation} is ready`,
    text: [
      `${organisation} has created an account for you. Your username is ${username}.`,
      'Choose a password, and set up the second step that protects your account. It takes about five minutes.',
      `The link works once, until ${until}. After that, you can request a new one on the same page.`,
    ],
    button: 'Choose a password',
    notMe: [
      `If you do not know ${organisation}, this email was sent to the wrong address. You can delete it. Nothing happens unless the link is used.`,
    ],
  }),
  nl: ({ organisation, username, until }) => ({
    subject: `Je account bij ${organisation} staat klaar`,
    text: [
      `${organisation} heeft een account voor je gemaakt. Je gebruikersnaam is ${username}.`,
      'Kies een wachtwoord en stel de tweede stap in die je account beschermt. Dat duurt ongeveer vijf minuten.',
      `De link werkt één keer, tot ${until}. Daarna kun je op dezelfde pagina een nieuwe aanvragen.`,
    ],
    button: 'Kies een wachtwoord',
    notMe: [
      `Ken je ${organisation} niet? Dan is deze e-mail naar het verkeerde adres gestuurd. Je kunt hem verwijderen. Er gebeurt niets zolang de link niet wordt gebruikt.`,
    ],
  }),
};

/** A password reset that was requested with 'Forgot password' (K5). */
export const reset: MailTemplate = {
  en: ({ organisation, until }) => ({
    subject: `Choose a new password for ${organisation}`,
    text: [
      `We received a request for a new password for your account at ${organisation}. If it was you, choose one now.`,
      `The link works once, until ${until}.`,
    ],
    button: 'Choose a new password',
    notMe: askedByAnother.en,
  }),
  nl: ({ organisation, until }) => ({
    subject: `Kies een nieuw wachtwoord voor ${organisation}`,
    text: [
      `Er is een nieuw wachtwoord aangevraagd voor je account bij ${organisation}. Was jij dat? Kies er dan nu een.`,
      `De link werkt één keer, tot ${until}.`,
    ],
    button: 'Kies een nieuw wachtwoord',
    notMe: askedByAnother.nl,
  }),
};

/** Unlocks by mailed link (K4): lifts the lock after wrong passwords, and changes nothing else. */
export const unlock: MailTemplate = {
  en: ({ organisation, until }) => ({
    subject: `Unlock your account at ${organisation}`,
    text: [
      `Too many wrong passwords were entered for your account at ${organisation}, so it is locked for a while.`,
      'With this link, you can try again immediately. Your password does not change.',
      `The link works once, until ${until}.`,
    ],
    button: 'Unlock the account',
    notMe: [
      'If you did not enter those passwords, someone is trying to guess your password. Do not use the link. The lock ends automatically.',
      'If this keeps happening, contact the help desk.',
    ],
  }),
  nl: ({ organisation, until }) => ({
    subject: `Deblokkeer je account bij ${organisation}`,
    text: [
      `Voor je account bij ${organisation} is te vaak een verkeerd wachtwoord ingevuld. Daarom is het een tijdje geblokkeerd.`,
      'Met deze link kun je het meteen opnieuw proberen. Je wachtwoord verandert niet.',
      `De link werkt één keer, tot ${until}.`,
    ],
    button: 'Deblokkeer het account',
    notMe: [
      'Heb jij die wachtwoorden niet ingevuld? Dan probeert iemand je wachtwoord te raden. Gebruik de link niet: de blokkade eindigt vanzelf.',
      'Blijft dit gebeuren, neem dan contact op met de helpdesk.',
    ],
  }),
};

/** Confirms the address of a registration (T1). */
export const registration: MailTemplate = {
  en: ({ organisation, until }) => ({
    subject: `Confirm your email address for ${organisation}`,
    text: [
      `You are about to create an account at ${organisation} with this email address. Confirm it, and choose a password.`,
      `The link works once, until ${until}.`,
    ],
    button: 'Confirm and continue',
    notMe: askedByAnother.en,
  }),
  nl: ({ organisation, until }) => ({
    subject: `Bevestig je e-mailadres voor ${organisation}`,
    text: [
      `Je maakt een account bij ${organisation} met dit e-mailadres. Bevestig het en kies een wachtwoord.`,
      `De link werkt één keer, tot ${until}.`,
    ],
    button: 'Bevestig en ga verder',
    notMe: askedByAnother.nl,
  }),
};

/** A registration with an address that already has an account. Only the owner of the mailbox learns this (R55). */
export const registrationExisting: MailTemplate = {
  en: ({ organisation, settings }) => ({
    subject: `You already have an account at ${organisation}`,
    text: [
      `We received a request to create an account at ${organisation} with this email address. You already have one, so no account was created.`,
      `Log in with this email address: ${settings}`,
      "Have you forgotten your password? Choose 'Forgot password' there.",
    ],
    notMe: askedByAnother.en,
  }),
  nl: ({ organisation, settings }) => ({
    subject: `Je hebt al een account bij ${organisation}`,
    text: [
      `Er is gevraagd om met dit e-mailadres een account te maken bij ${organisation}. Je hebt er al een, dus er is geen account gemaakt.`,
      `Log in met dit e-mailadres: ${settings}`,
      "Wachtwoord vergeten? Kies daar 'Wachtwoord vergeten'.",
    ],
    notMe: askedByAnother.nl,
  }),
};
