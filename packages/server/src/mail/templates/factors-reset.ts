import type { MailTemplate } from './template.ts';

/** The help desk took all second factors away (R82, R83). */
export const factorsReset: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your second step at ${organisation} was reset`,
    text: [
      `The help desk of ${organisation} reset the second step of your account on ${at}.`,
      'Authenticator apps and recovery codes do not work any more, and you were signed out everywhere. Set up a new app at the next login.',
    ],
    notMe: [
      'Did you not ask for this? Then somebody may have passed for you at the help desk.',
      'Call them at once, by a number that you know.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je tweede stap bij ${organisation} is weggehaald`,
    text: [
      `De helpdesk van ${organisation} heeft op ${at} de tweede stap van je account weggehaald.`,
      'Authenticatie-apps en herstelcodes werken niet meer en je bent overal afgemeld. Stel bij de volgende keer aanmelden een nieuwe app in.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan deed iemand zich bij de helpdesk misschien voor als jou.',
      'Bel ze meteen, op een nummer dat je kent.',
    ],
  }),
};
