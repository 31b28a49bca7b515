import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

/** An authenticator was taken away in the settings. */
export const factorRemoved: MailTemplate = {
  en: (facts) => ({
    subject: `An authenticator app was removed at ${facts.organisation}`,
    text: [
      `An authenticator app was removed from your account at ${facts.organisation} on ${facts.at}. Its codes do not work any more.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Authenticatie-app verwijderd bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is een authenticatie-app verwijderd van je account bij ${facts.organisation}. De codes van die app werken niet meer.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
