import type { MailTemplate } from './template.ts';

/** An administrator changed where mail goes (R82). Sent to the old address and to the new one. */
export const emailChanged: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `The email address of your account at ${organisation} was changed`,
    text: [
      `On ${at} an administrator of ${organisation} changed the email address of your account.`,
      'Mail about your account goes to the new address from now on. Links in older mails no longer work.',
    ],
    notMe: [
      'Did you not ask for this? Then somebody may have passed for you.',
      `Call the help desk of ${organisation} at once, by a number that you know.`,
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Het e-mailadres van je account bij ${organisation} is gewijzigd`,
    text: [
      `Op ${at} heeft een beheerder van ${organisation} het e-mailadres van je account gewijzigd.`,
      'Mail over je account gaat vanaf nu naar het nieuwe adres. Links in oudere mails werken niet meer.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan deed iemand zich misschien voor als jou.',
      `Bel de helpdesk van ${organisation} meteen, op een nummer dat je kent.`,
    ],
  }),
};
