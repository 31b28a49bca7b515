import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

/** Remembered devices were forgotten in the settings (R82). */
export const deviceForgotten: MailTemplate = {
  en: (facts) => ({
    subject: `A device was forgotten at ${facts.organisation}`,
    text: [
      `One or more remembered devices of your account at ${facts.organisation} were forgotten on ${facts.at}. The next login there asks for a code.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Apparaat vergeten bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} zijn een of meer onthouden apparaten van je account bij ${facts.organisation} vergeten. Bij de volgende keer aanmelden daar is een code nodig.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
