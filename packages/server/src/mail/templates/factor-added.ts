import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

/** An authenticator was bound (R82). */
export const factorAdded: MailTemplate = {
  en: (facts) => ({
    subject: `An authenticator app was added at ${facts.organisation}`,
    text: [
      `An authenticator app was added to your account at ${facts.organisation} on ${facts.at}. Its codes can be used to log in from now on.`,
      'You were signed out everywhere else, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Authenticatie-app toegevoegd bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is een authenticatie-app toegevoegd aan je account bij ${facts.organisation}. Met de codes van die app kan iemand zich nu aanmelden.`,
      'Je bent overal elders afgemeld en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
