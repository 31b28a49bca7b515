import { askedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

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
