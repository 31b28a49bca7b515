import type { MailTemplate } from './template.ts';

/** The help desk started a new password by letter or code (R82, R83). Neither is ever in a mail. */
export const passwordStarted: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `A new password was started at ${organisation}`,
    text: [
      `On ${at} the help desk of ${organisation} started a new password for your account, with a letter or a code that is handed to you.`,
      'Before a new password can be chosen, a code from your authenticator app or one of your recovery codes is asked.',
    ],
    notMe: [
      'Did you not ask for this? Then somebody may have passed for you at the help desk.',
      'Call them at once, by a number that you know. Give nobody a code from your app.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Er is een nieuw wachtwoord gestart bij ${organisation}`,
    text: [
      `Op ${at} heeft de helpdesk van ${organisation} een nieuw wachtwoord voor je account gestart, met een brief of een code die je in handen krijgt.`,
      'Voordat er een nieuw wachtwoord kan worden gekozen, wordt om een code uit je authenticatie-app of om een herstelcode gevraagd.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan deed iemand zich bij de helpdesk misschien voor als jou.',
      'Bel ze meteen, op een nummer dat je kent. Geef niemand een code uit je app.',
    ],
  }),
};
