import type { MailTemplate } from './template.ts';

/** A person said of something that happened to the account: this was not me (R82). */
export const notMe: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `You reported something at ${organisation}`,
    text: [
      `On ${at} somebody said on your settings page at ${organisation}: this was not me.`,
      'So you were signed out on all other devices, and no device is remembered any more.',
      `Did you not choose a new password yet? Do it now: ${settings}`,
    ],
    notMe: ['Was the report not yours either? Then somebody else is in your account. Tell the help desk at once.'],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je hebt iets gemeld bij ${organisation}`,
    text: [
      `Op ${at} is op de pagina met je instellingen bij ${organisation} gemeld: dit was ik niet.`,
      'Daarom ben je op alle andere apparaten afgemeld en wordt geen apparaat meer onthouden.',
      `Heb je nog geen nieuw wachtwoord gekozen? Doe het nu: ${settings}`,
    ],
    notMe: [
      'Was deze melding ook niet van jou? Dan zit er iemand anders in je account. Laat het meteen aan de helpdesk weten.',
    ],
  }),
};
