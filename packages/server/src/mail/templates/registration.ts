import { askedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

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
