import type { MailTemplate } from './template.ts';

/** A lock was lifted before its time (R82). */
export const unlocked: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your account at ${organisation} was unlocked`,
    text: [
      `Wrong passwords or codes had locked your account at ${organisation}. The lock was lifted on ${at}.`,
      'You can log in again.',
    ],
    notMe: [
      'Did you not type wrong, and not ask for this? Then somebody else is trying to get in. Call the help desk at once.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je account bij ${organisation} is weer vrij`,
    text: [
      `Door verkeerde wachtwoorden of codes zat je account bij ${organisation} op slot. Op ${at} is het slot eraf gehaald.`,
      'Je kunt je weer aanmelden.',
    ],
    notMe: [
      'Typte jij niet verkeerd en heb je hier niet om gevraagd? Dan probeert iemand anders binnen te komen. Bel meteen de helpdesk.',
    ],
  }),
};
