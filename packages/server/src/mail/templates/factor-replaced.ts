import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

/** A new authenticator took the place of the one before (policy `one`). */
export const factorReplaced: MailTemplate = {
  en: (facts) => ({
    subject: `Your authenticator app at ${facts.organisation} was replaced`,
    text: [
      `The authenticator app of your account at ${facts.organisation} was replaced on ${facts.at}. Codes of the old one do not work any more.`,
      'You were signed out everywhere else, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Je authenticatie-app bij ${facts.organisation} is vervangen`,
    text: [
      `De authenticatie-app van je account bij ${facts.organisation} is vervangen op ${facts.at}. Codes van de oude werken niet meer.`,
      'Je bent overal elders afgemeld en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
