import type { MailTemplate } from './template.ts';

/** The help desk signed a person out everywhere. */
export const sessionsEnded: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `You were signed out at ${organisation}`,
    text: [`You were signed out everywhere at ${organisation} on ${at}. To go on, log in again.`],
    notMe: [
      'Did you not ask for this? Ask the help desk why it was done.',
      `If you doubt who was signed in, choose a new password: ${settings}`,
    ],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je bent afgemeld bij ${organisation}`,
    text: [`Op ${at} ben je overal afgemeld bij ${organisation}. Meld je opnieuw aan om verder te gaan.`],
    notMe: [
      'Heb je hier niet om gevraagd? Vraag de helpdesk waarom het gebeurde.',
      `Twijfel je wie er aangemeld was, kies dan een nieuw wachtwoord: ${settings}`,
    ],
  }),
};
