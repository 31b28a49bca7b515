import type { MailTemplate } from './template.ts';

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
