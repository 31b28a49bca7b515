import type { MailTemplate } from './template.ts';

/** M8, R83: the help desk gave out a code for a new phone. The code itself never stands in a mail. */
export const deskCodeGiven: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `The help desk of ${organisation} gave a code for your account`,
    text: [
      `On ${at} the help desk of ${organisation} gave a code with which a new authenticator app can be set up for your account.`,
      'It works once, for a short time, and only together with your password.',
    ],
    notMe: [
      'Did you not ask for this? Then somebody may have passed for you at the help desk.',
      'Call them at once, by a number that you know, and choose a new password.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `De helpdesk van ${organisation} gaf een code voor je account`,
    text: [
      `Op ${at} gaf de helpdesk van ${organisation} een code waarmee voor jouw account een nieuwe authenticatie-app kan worden ingesteld.`,
      'De code werkt één keer, kort, en alleen samen met je wachtwoord.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan deed iemand zich bij de helpdesk misschien voor als jou.',
      'Bel ze meteen, op een nummer dat je kent, en kies een nieuw wachtwoord.',
    ],
  }),
};
