import { askedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

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
