import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

/** M8, R82: the help desk's code was typed. A new authenticator is told of by a mail of its own. */
export const deskCodeUsed: MailTemplate = {
  en: (facts) => ({
    subject: `The code of the help desk was used at ${facts.organisation}`,
    text: [
      `On ${facts.at} the code that the help desk gave was used to log in to your account at ${facts.organisation}.`,
      'You were signed out everywhere else, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `De code van de helpdesk is gebruikt bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is de code van de helpdesk gebruikt om je aan te melden bij ${facts.organisation}.`,
      'Je bent overal elders afgemeld en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
